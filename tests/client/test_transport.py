"""Both transports against real sockets: what arrives, what comes back, what is refused."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from threading import Barrier, Thread

import pytest

from lvstate.client import unanswered
from lvstate.client.origin import Origin
from lvstate.effects import HttpFault, HttpReply, HttpRequest, Stage
from tests.client import ways
from tests.client.misbehaving_server import Conversation, MisbehavingServer, answer, closed_port
from tests.client.ways import GET, POST, fault, once, perform, saying

pytestmark = ways.both_ways


# A service that behaves


def test_a_request_arrives_as_it_was_meant() -> None:
    with MisbehavingServer(saying(answer("201 Created", b'{"id":2200}'))) as server:
        reply = perform(server.origin, POST)
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /contact/contactGroups HTTP/1.1"
    headers = {name.lower(): value for name, value in (line.split(b": ", 1) for line in lines[1:])}
    assert headers[b"lv-session"] == b"s"
    assert headers[b"content-type"] == b"application/json"
    assert headers[b"host"] == f"127.0.0.1:{server.port}".encode()
    assert headers[b"user-agent"].startswith(b"lvstate/")
    assert not {b"authorization", b"cookie"} & headers.keys()
    assert body == b'{"name":"x"}'
    assert reply == HttpReply(
        201, {"content-type": "application/json", "content-length": "11"}, b'{"id":2200}'
    )


def test_compression_is_not_asked_for() -> None:
    with MisbehavingServer(saying(answer("200 OK", b"[]"))) as server:
        perform(server.origin)
    assert b"accept-encoding: identity\r\n" in server.requests[0].lower()


def test_path_and_query_are_sent_as_they_are() -> None:
    with MisbehavingServer(saying(answer("200 OK", b"{}"))) as server:
        perform(server.origin, HttpRequest("GET", "/contact/contacts/a%2Fb%20%3F?count=1&offset=0", {}))
    assert server.requests[0].startswith(b"GET /contact/contacts/a%2Fb%20%3F?count=1&offset=0 HTTP/1.1\r\n")


@pytest.mark.parametrize("status", ["204 No Content", "200 OK", "404 Not Found", "503 Service Unavailable"])
def test_one_connection_serves_many_requests_of_a_thread(status: str) -> None:
    with MisbehavingServer(saying(answer(status))) as server:
        transport = ways.transport(server.origin)
        replies = [transport.perform(GET, 5) for _ in range(5)]
    assert {getattr(reply, "status", reply) for reply in replies} == {int(status[:3])}
    assert len(server.requests) == 5
    assert server.connections == 1


def test_requests_that_are_under_way_at_once_have_connections_of_their_own() -> None:
    together = Barrier(3)

    def behave(conversation: Conversation) -> None:
        conversation.request()
        together.wait(5)
        conversation.send(answer("204 No Content"))

    with MisbehavingServer(behave) as server:
        transport = ways.transport(server.origin)
        threads = [Thread(target=transport.perform, args=(GET, 5)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert server.connections == 3


def test_a_connection_that_the_service_closed_while_idle_is_replaced_unnoticed() -> None:
    with MisbehavingServer(once(answer("204 No Content"))) as server:
        transport = ways.transport(server.origin)
        for _ in range(3):
            reply = transport.perform(POST, 5)
            assert isinstance(reply, HttpReply)
            time.sleep(0.02)  # let the end of the connection arrive
    assert len(server.requests) == 3


def test_a_chunked_answer_is_put_together() -> None:
    chunks = b"3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"
    with MisbehavingServer(
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunks)
    ) as server:
        reply = perform(server.origin)
    assert isinstance(reply, HttpReply)
    assert reply.body == b"[1,2]"


def test_names_of_headers_are_lower_case() -> None:
    with MisbehavingServer(saying(answer("429 Busy", b"", "RETRY-After: 7"))) as server:
        reply = perform(server.origin)
    assert isinstance(reply, HttpReply)
    assert reply.headers["retry-after"] == "7"


def test_cookies_of_one_answer_do_not_outlive_a_transport() -> None:
    with MisbehavingServer(saying(answer("200 OK", b"[]", "Set-Cookie: a=b"))) as server:
        perform(server.origin)
        perform(server.origin)
    assert b"a=b" not in server.requests[1]


# Nothing leaves for anywhere else


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("request_", [GET, POST], ids=["GET", "POST"])
def test_a_redirect_is_handed_back_and_its_target_sees_nothing(status: int, request_: HttpRequest) -> None:
    with MisbehavingServer(saying(answer("200 OK", b"[]"))) as decoy:
        target = f"Location: http://127.0.0.1:{decoy.port}/collect"
        with MisbehavingServer(saying(answer(f"{status} Elsewhere", b"", target))) as server:
            reply = perform(server.origin, request_)
    assert isinstance(reply, HttpReply)
    assert reply.status == status
    assert (len(server.requests), decoy.connections) == (1, 0)


def test_a_redirect_to_the_same_host_is_not_followed_either() -> None:
    with MisbehavingServer(saying(answer("302 Found", b"", "Location: /session/login"))) as server:
        perform(server.origin)
    assert len(server.requests) == 1


@pytest.mark.parametrize("by", ["HOME", "NETRC"])
def test_netrc_is_not_read(by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".netrc"
    file.write_text(
        "machine 127.0.0.1 login ann password from-netrc\ndefault login ann password from-netrc\n"
    )
    file.chmod(0o600)
    monkeypatch.setenv(by, str(tmp_path if by == "HOME" else file))
    with MisbehavingServer(saying(answer("401 Unauthorized"))) as server:
        perform(server.origin)
    assert b"authorization" not in server.requests[0].lower()


# Not sent


def test_a_refused_connection_was_not_sent() -> None:
    result = perform(Origin(f"http://127.0.0.1:{closed_port()}"), POST)
    assert result == HttpFault(Stage.NOT_SENT, "connection refused")


def test_a_host_that_does_not_exist_was_not_sent() -> None:
    result = perform(Origin("http://lvstate-tests.invalid"), POST)
    assert result == HttpFault(Stage.NOT_SENT, "the host name is not known")


@pytest.mark.parametrize(
    "text", ["token\nLV-Access: x", " token", "t\u00f6ken\u20ac"], ids=["line", "blank", "euro"]
)
def test_a_header_that_cannot_be_sent_is_not_sent_and_not_repeated(text: str) -> None:
    with MisbehavingServer(saying(answer("204 No Content"))) as server:
        result = perform(server.origin, HttpRequest("POST", "/session/login", {"LV-Access": text}, b"{}"))
    assert result == HttpFault(Stage.MISCONFIGURED, "the request could not be formed")
    assert server.requests == []


def test_an_address_that_is_none_is_not_sent() -> None:
    result = perform(Origin(f"http://{'a' * 64}.localhost"))
    assert fault(result).stage is Stage.MISCONFIGURED


# Sizes


@pytest.fixture
def small_cap(monkeypatch: pytest.MonkeyPatch) -> int:
    """Lower the cap of an answer's size."""
    monkeypatch.setattr(unanswered, "MAX_BODY", 1_000_000)
    return 1_000_000


def test_an_answer_as_large_as_the_cap_is_read(small_cap: int) -> None:
    with MisbehavingServer(saying(answer("200 OK", b" " * small_cap))) as server:
        reply = perform(server.origin)
    assert isinstance(reply, HttpReply)
    assert len(reply.body) == small_cap


@pytest.mark.parametrize("sized", [True, False], ids=["with its length", "without"])
def test_an_answer_beyond_the_cap_is_given_up(small_cap: int, sized: bool) -> None:
    body = b" " * (small_cap + 1)
    parts = answer("200 OK", body) if sized else b"HTTP/1.1 200 OK\r\n\r\n" + body
    with MisbehavingServer(once(parts)) as server:
        result = perform(server.origin)
    assert fault(result).stage is Stage.MAYBE_SENT
    assert "larger" in fault(result).reason


def test_what_is_left_of_an_answer_that_was_given_up_is_no_answer_to_the_next_request(
    small_cap: int,
) -> None:
    def behave(conversation: Conversation) -> None:
        conversation.request()
        if len(conversation.seen) > 0:
            conversation.send(answer("204 No Content"))
            return
        whole = answer("200 OK", b" " * small_cap * 2)
        read = len(whole) - small_cap * 2 + 4 * 256 * 1024  # as much as is read until the cap is passed
        conversation.send(whole[:read])
        conversation.request()
        conversation.send(whole[read:])

    with MisbehavingServer(behave) as server:
        transport = ways.transport(server.origin)
        assert "larger" in fault(transport.perform(GET, 5)).reason
        reply = transport.perform(GET, 5)
    assert isinstance(reply, HttpReply)
    assert reply.status == 204


def test_an_answer_without_end_is_left_long_before_its_end(small_cap: int) -> None:
    sent = []

    def behave(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            conversation.send(b" " * 100_000)
            sent.append(100_000)

    with MisbehavingServer(behave) as server:
        assert "larger" in fault(perform(server.origin)).reason
    assert sum(sent) < 50_000_000


def test_a_decompression_bomb_is_measured_by_what_comes_out_of_it(small_cap: int) -> None:
    bomb = gzip.compress(b" " * small_cap * 50)
    assert len(bomb) < small_cap / 10
    with MisbehavingServer(saying(answer("200 OK", bomb, "Content-Encoding: gzip"))) as server:
        result = perform(server.origin)
    assert "larger" in fault(result).reason


def test_an_answer_that_is_compressed_unasked_is_understood() -> None:
    body = gzip.compress(json.dumps([1, 2]).encode())
    with MisbehavingServer(saying(answer("200 OK", body, "Content-Encoding: gzip"))) as server:
        reply = perform(server.origin)
    assert isinstance(reply, HttpReply)
    assert reply.body == b"[1, 2]"


def test_the_cap_of_32_mib_is_what_the_message_says() -> None:
    assert unanswered.MAX_BODY == 32 * 1024 * 1024
