"""Both transports against services that break off, or take for ever: what was perhaps sent, and when they give up."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import requests

from lvstate.client.origin import Origin
from lvstate.client.proxied import fault_of
from lvstate.driver import Driver
from lvstate.effects import Http, HttpFault, HttpReply, HttpRequest, Stage
from tests.client import ways
from tests.client.breaks import BREAKS, reset_before_the_answer
from tests.client.misbehaving_server import Conversation, MisbehavingServer, answer
from tests.client.ways import GET, POST, fault, once, perform, saying

pytestmark = ways.both_ways


@pytest.mark.parametrize("name", BREAKS)
@pytest.mark.parametrize("request_", [GET, POST], ids=["GET", "POST"])
def test_an_answer_that_breaks_off_may_have_been_sent_and_is_not_asked_for_twice(
    name: str, request_: HttpRequest
) -> None:
    with MisbehavingServer(BREAKS[name]) as server:
        result = perform(server.origin, request_)
    assert fault(result).stage is Stage.MAYBE_SENT
    assert len(server.requests) == 1


def test_a_connection_that_dies_before_the_next_request_is_answered_may_have_carried_it() -> None:
    def behave(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(answer("204 No Content"))
        conversation.request()
        conversation.reset()

    with MisbehavingServer(behave) as server:
        transport = ways.transport(server.origin)
        assert isinstance(transport.perform(POST, 5), HttpReply)
        assert fault(transport.perform(POST, 5)).stage is Stage.MAYBE_SENT
    assert len(server.requests) == 2


def test_a_reset_while_the_body_is_still_being_sent_may_have_been_enough() -> None:
    def behave(conversation: Conversation) -> None:
        conversation._connection.recv(1000)
        conversation.reset()

    with MisbehavingServer(behave) as server:
        result = perform(server.origin, HttpRequest("POST", "/x", {}, b"x" * 50_000_000))
    assert fault(result).stage is Stage.MAYBE_SENT
    assert server.connections == 1


def test_an_answer_that_ends_in_its_headers_brings_its_status_and_no_body() -> None:
    with MisbehavingServer(
        once(b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nX: {"id":')
    ) as server:
        reply = perform(server.origin, POST)
    assert isinstance(reply, HttpReply)
    assert (reply.status, reply.body) == (201, b"")


def test_a_fault_says_nothing_of_the_request_or_of_the_address() -> None:
    with MisbehavingServer(reset_before_the_answer) as server:
        result = perform(server.origin, POST)
    for word in ("contactGroups", "127.0.0.1", str(server.port), "name"):
        assert word not in fault(result).reason


# Deadlines


def silence(conversation: Conversation) -> None:
    conversation.request()
    conversation.ended.wait()


def drip_of_headers(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\n")
    conversation.drip(b"A: b\r\n", 0.02)


def drip_of_a_body(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    conversation.drip(b" ", 0.02)


def drip_of_chunks(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    conversation.drip(b"1\r\n \r\n", 0.02)


def drip_of_a_body_without_length(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[]")
    conversation.drip(b" ", 0.02)


DRIPS = [silence, drip_of_headers, drip_of_a_body, drip_of_a_body_without_length, drip_of_chunks]


@pytest.mark.parametrize("behave", DRIPS, ids=lambda behave: behave.__name__)
def test_the_transport_itself_ends_at_the_deadline(behave: Callable[[Conversation], None]) -> None:
    with MisbehavingServer(behave) as server:
        started = time.monotonic()
        result = perform(server.origin, POST, 0.3)
        took = time.monotonic() - started
    assert fault(result).stage is Stage.MAYBE_SENT
    assert "deadline" in fault(result).reason
    assert 0.25 < took < 1.5


@pytest.mark.parametrize(
    "behave",
    [silence, drip_of_headers, drip_of_a_body, drip_of_chunks],
    ids=["silence", "headers", "body", "chunks"],
)
def test_driver_and_transport_together_end_every_drip_at_the_deadline(
    behave: Callable[[Conversation], None],
) -> None:
    async def ask() -> HttpReply | HttpFault:
        return await Http(POST, 0.2)

    with MisbehavingServer(behave) as server:
        driver = Driver(ways.transport(server.origin))
        started = time.monotonic()
        result = driver.run(ask())
        took = time.monotonic() - started
        driver.close()
    assert fault(result).stage is Stage.MAYBE_SENT
    assert took < 1.5


def test_a_worker_whose_exchange_dripped_does_the_next_one() -> None:
    """Not the driver gives the first one up: the thread comes back by itself."""

    def behave(conversation: Conversation) -> None:
        if len(conversation.seen) == 0:
            drip_of_headers(conversation)
        else:
            saying(answer("204 No Content"))(conversation)

    with MisbehavingServer(behave) as server:
        transport = ways.transport(server.origin)
        first = transport.perform(GET, 0.2)
        second = transport.perform(GET, 5)
    assert fault(first).stage is Stage.MAYBE_SENT
    assert isinstance(second, HttpReply)


def test_tls_that_never_ends_its_handshake_ends_at_the_deadline_and_was_not_sent() -> None:
    """A record that claims to be long, and comes byte by byte: each byte resets a timeout per read."""

    def behave(conversation: Conversation) -> None:
        conversation.send(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
        conversation.drip(b"\x00", 0.02)

    with MisbehavingServer(behave) as server:
        started = time.monotonic()
        result = perform(Origin(f"https://127.0.0.1:{server.port}"), POST, 0.3)
        took = time.monotonic() - started
    assert result == HttpFault(Stage.NOT_SENT, "connecting took too long")
    assert took < 1.5


def test_a_deadline_that_was_kept_cuts_nothing_later() -> None:
    with MisbehavingServer(saying(answer("204 No Content"))) as server:
        transport = ways.transport(server.origin)
        assert isinstance(transport.perform(GET, 0.2), HttpReply)
        time.sleep(0.3)
        assert isinstance(transport.perform(POST, 5), HttpReply)
    assert server.connections == 1


@pytest.mark.parametrize("timeout", [requests.exceptions.ReadTimeout(), requests.exceptions.Timeout("read")])
def test_a_timeout_that_comes_before_the_watchdogs_may_have_been_sent_as_well(
    timeout: requests.exceptions.Timeout,
) -> None:
    assert fault_of(timeout).stage is Stage.MAYBE_SENT
