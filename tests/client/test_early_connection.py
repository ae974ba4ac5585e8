"""A connection that is begun before there is anything to say, so that reading files and connecting take one time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lvstate.client.direct import DirectTransport
from lvstate.client.origin import Origin
from lvstate.effects import HttpFault, HttpReply, Stage
from tests.client.misbehaving_server import Conversation, MisbehavingServer, answer, closed_port
from tests.client.ways import GET, saying

CERTIFICATE = str(Path(__file__).with_name("loopback.pem"))


def arrived(server: MisbehavingServer) -> bool:
    """Wait until somebody has connected."""
    give_up = time.monotonic() + 5
    while not server.connections and time.monotonic() < give_up:
        time.sleep(0.005)
    return server.connections == 1


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_it_is_there_before_the_first_request_which_uses_it(tls: bool) -> None:
    certificate = (CERTIFICATE, CERTIFICATE) if tls else None
    with MisbehavingServer(saying(answer("204 No Content")), certificate=certificate) as server:
        transport = DirectTransport(server.origin, CERTIFICATE)
        transport.connect_early()
        assert arrived(server)
        assert server.requests == []
        assert isinstance(transport.perform(GET, 5), HttpReply)
        assert isinstance(transport.perform(GET, 5), HttpReply)
    assert server.connections == 1


def test_what_stands_against_it_is_told_by_the_first_request() -> None:
    transport = DirectTransport(Origin(f"http://127.0.0.1:{closed_port()}"), None)
    transport.connect_early()
    assert transport.perform(GET, 5) == HttpFault(Stage.NOT_SENT, "connection refused")


def test_one_that_was_closed_meanwhile_is_replaced_unnoticed() -> None:
    def behave(conversation: Conversation) -> None:
        if server.connections == 1:
            conversation.close()
        else:
            saying(answer("204 No Content"))(conversation)

    with MisbehavingServer(behave) as server:
        transport = DirectTransport(server.origin, None)
        transport.connect_early()
        assert arrived(server)
        time.sleep(0.05)  # let its end arrive
        assert isinstance(transport.perform(GET, 5), HttpReply)
    assert server.connections == 2


def test_a_handshake_that_does_not_end_keeps_no_request_beyond_its_deadline() -> None:
    def behave(conversation: Conversation) -> None:
        conversation.send(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")  # a record that claims to be long
        conversation.drip(b"\x00", 0.02)

    with MisbehavingServer(behave) as server:
        transport = DirectTransport(Origin(f"https://127.0.0.1:{server.port}"), CERTIFICATE)
        transport.connect_early()
        started = time.monotonic()
        result = transport.perform(GET, 1)
        took = time.monotonic() - started
    assert result == HttpFault(Stage.NOT_SENT, "connecting took too long")
    assert took < 1.8, "waiting for it and connecting anew share one deadline"


def test_one_that_nobody_uses_is_closed_with_its_transport() -> None:
    ended: list[bytes | None] = []
    with MisbehavingServer(lambda conversation: ended.append(conversation.request())) as server:
        transport = DirectTransport(server.origin, None)
        transport.connect_early()
        assert arrived(server)
        del transport
        give_up = time.monotonic() + 5
        while not ended and time.monotonic() < give_up:
            time.sleep(0.005)
    assert ended == [None]
