"""Faults that cut connections, as a client sees them through a real socket."""

from __future__ import annotations

import http.client
import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from lvstate.emulator import create_app, fault_documents, serve
from lvstate.emulator.laboratory import Laboratory

LOGIN = json.dumps({"clientName": "EMULATOR", "userName": "sysadmin", "password": "emulator"})


@pytest.fixture
def connect() -> Iterator[Callable[..., http.client.HTTPConnection]]:
    """Serve a tenant that follows one rule, and connect to it."""
    with ExitStack() as stack:

        def make(**rule: Any) -> http.client.HTTPConnection:
            read = fault_documents.read({"format_version": "1.0", "rules": [rule]})
            app = stack.enter_context(create_app(laboratory=Laboratory(faults=read)))
            server = stack.enter_context(serve(app, port=0))
            connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=5)
            stack.callback(connection.close)
            return connection

        yield make


def send(connection: http.client.HTTPConnection) -> None:
    connection.request("POST", "/session/login", LOGIN, {"LV-Access": "emulator"})


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_dropped_connection_is_reset_without_an_answer(
    connect: Callable[..., http.client.HTTPConnection], moment: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    connection = connect(effect="drop", moment=moment, nth=1)
    send(connection)
    with pytest.raises(ConnectionResetError):
        connection.getresponse()
    connection.close()
    send(connection)
    assert connection.getresponse().status == 200
    assert caplog.records == []


def test_a_truncated_answer_ends_in_order_and_too_early(
    connect: Callable[..., http.client.HTTPConnection], caplog: pytest.LogCaptureFixture
) -> None:
    connection = connect(effect="truncate", bytes=7)
    send(connection)
    answer = connection.getresponse()
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead) as caught:
        answer.read()
    assert caught.value.partial == b'{"sessi'
    assert caplog.records == []


def test_a_drop_in_the_middle_resets_the_connection_behind_some_bytes(
    connect: Callable[..., http.client.HTTPConnection],
) -> None:
    connection = connect(effect="drop", bytes=7)
    send(connection)
    answer = connection.getresponse()
    assert answer.read(7) == b'{"sessi'
    with pytest.raises(ConnectionResetError):
        answer.read()


def test_a_drip_arrives_in_pieces_and_the_connection_stays(
    connect: Callable[..., http.client.HTTPConnection],
) -> None:
    connection = connect(effect="drip", bytes_per_second=1000, nth=1)
    send(connection)
    assert connection.sock is not None
    local = connection.sock.getsockname()
    answer = connection.getresponse()
    whole = answer.headers["Content-Length"]
    assert 0 < len(answer.peek()) < int(whole)
    assert len(answer.read()) == int(whole)
    send(connection)
    assert connection.getresponse().status == 200
    assert isinstance(connection.sock, socket.socket)
    assert connection.sock.getsockname() == local
