"""The real transport against real sockets, most of which misbehave."""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
import requests

from lvstate.client import transport as transport_module
from lvstate.client.origin import Origin
from lvstate.client.transport import RequestsTransport, fault_of
from lvstate.driver import Driver
from lvstate.effects import Http, HttpFault, HttpReply, HttpRequest, Stage
from lvstate.errors import UsageError
from tests.client.misbehaving_server import Conversation, MisbehavingServer, answer, closed_port

CERTIFICATE = str(Path(__file__).with_name("loopback.pem"))
GET = HttpRequest("GET", "/contact/contactGroups?count=1000&offset=0", {"LV-Session": "session-1"})
POST = HttpRequest(
    "POST", "/contact/contactGroups", {"Content-Type": "application/json", "LV-Session": "s"}, b'{"name":"x"}'
)
VARIABLES = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "NETRC",
)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the machine of the test has to say about proxies and certificates."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def perform(origin: Origin, request: HttpRequest = GET, deadline: float = 5.0) -> HttpReply | HttpFault:
    return RequestsTransport(origin).perform(request, deadline)


def saying(*parts: bytes) -> Callable[[Conversation], None]:
    """Behave: answer every request with the same bytes."""

    def behave(conversation: Conversation) -> None:
        while conversation.request() is not None:
            conversation.send(*parts)

    return behave


def once(*parts: bytes) -> Callable[[Conversation], None]:
    """Behave: answer one request and close."""

    def behave(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(*parts)
        conversation.close()

    return behave


def fault(result: HttpReply | HttpFault) -> HttpFault:
    assert isinstance(result, HttpFault)
    return result


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
        transport = RequestsTransport(server.origin)
        replies = [transport.perform(GET, 5) for _ in range(5)]
    assert {getattr(reply, "status", reply) for reply in replies} == {int(status[:3])}
    assert len(server.requests) == 5
    assert server.connections == 1


def test_each_thread_has_a_connection_of_its_own() -> None:
    with MisbehavingServer(saying(answer("204 No Content"))) as server:
        transport = RequestsTransport(server.origin)
        threads = [Thread(target=transport.perform, args=(GET, 5)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert server.connections == 3


def test_a_connection_that_the_service_closed_while_idle_is_replaced_unnoticed() -> None:
    with MisbehavingServer(once(answer("204 No Content"))) as server:
        transport = RequestsTransport(server.origin)
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


# Proxies


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with MisbehavingServer(once(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        result = perform(Origin("https://api.livevox.com"))
    (request,) = proxy.requests
    assert request.startswith(b"CONNECT api.livevox.com:443 HTTP/1.")
    assert b"session-1" not in request, "the proxy sees no credentials"
    assert fault(result).stage is Stage.MISCONFIGURED
    assert "proxy" in fault(result).reason


def test_a_proxy_that_cannot_be_reached_is_a_matter_of_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
    result = perform(Origin("https://api.livevox.com"))
    assert result == HttpFault(Stage.MISCONFIGURED, "the proxy refused or could not be reached")


def test_a_proxy_is_not_used_for_hosts_that_are_exempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with MisbehavingServer(saying(answer("204 No Content"))) as server:
        assert isinstance(perform(server.origin), HttpReply)


def test_a_plain_proxy_passes_the_request_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with MisbehavingServer(saying(answer("204 No Content"))) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "")
        reply = perform(Origin("http://localhost:1"))
    assert isinstance(reply, HttpReply)
    assert proxy.requests[0].startswith(b"GET http://localhost:1/contact/contactGroups?")


def test_the_environment_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with MisbehavingServer(saying(answer("204 No Content"))) as server:
        transport = RequestsTransport(server.origin)
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
        assert isinstance(transport.perform(GET, 5), HttpReply)


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


# Perhaps sent

BREAKS: dict[str, Callable[[Conversation], None]] = {}


def breaks(behave: Callable[[Conversation], None]) -> Callable[[Conversation], None]:
    BREAKS[behave.__name__.replace("_", " ")] = behave
    return behave


@breaks
def reset_before_the_answer(conversation: Conversation) -> None:
    conversation.request()
    conversation.reset()


@breaks
def end_before_the_answer(conversation: Conversation) -> None:
    conversation.request()
    conversation.close()


@breaks
def reset_after_the_status(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\n")
    time.sleep(0.02)
    conversation.reset()


@breaks
def reset_in_the_body(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n", b'{"id": 22')
    time.sleep(0.02)
    conversation.reset()


@breaks
def end_in_the_body(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n", b'{"id": 22')
    conversation.close()


@breaks
def chunks_without_an_end(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"2\r\n[1\r\n")
    conversation.close()


@breaks
def a_chunk_cut_short(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"ff\r\n[1")
    conversation.close()


@breaks
def a_chunk_of_no_size(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"zz\r\n[1\r\n0\r\n\r\n")
    conversation.close()


@breaks
def not_http(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"220 smtp.example.test ESMTP\r\n")
    conversation.close()


@breaks
def too_many_headers(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 500, b"\r\n")
    conversation.close()


@breaks
def a_header_without_end(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nA: ", b"b" * 100_000)
    conversation.close()


@breaks
def gzip_that_is_none(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(answer("200 OK", b"not gzip at all", "Content-Encoding: gzip"))
    conversation.close()


@breaks
def two_lengths(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n[]")
    conversation.close()


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
        transport = RequestsTransport(server.origin)
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
        driver = Driver(RequestsTransport(server.origin))
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
        transport = RequestsTransport(server.origin)
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
        transport = RequestsTransport(server.origin)
        assert isinstance(transport.perform(GET, 0.2), HttpReply)
        time.sleep(0.3)
        assert isinstance(transport.perform(POST, 5), HttpReply)
    assert server.connections == 1


# Sizes


@pytest.fixture
def small_cap(monkeypatch: pytest.MonkeyPatch) -> int:
    """Lower the cap of an answer's size."""
    monkeypatch.setattr(transport_module, "MAX_BODY", 1_000_000)
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
    assert transport_module.MAX_BODY == 32 * 1024 * 1024


# TLS


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the certificate of loopback."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", CERTIFICATE)


def tls(behave: Callable[[Conversation], None]) -> MisbehavingServer:
    return MisbehavingServer(behave, certificate=(CERTIFICATE, CERTIFICATE))


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_an_authority_of_the_environment_is_trusted(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, CERTIFICATE)
    with tls(saying(answer("204 No Content"))) as server:
        assert isinstance(perform(server.origin), HttpReply)


def test_a_certificate_that_nobody_vouches_for_ends_the_exchange_before_anything_is_sent() -> None:
    with tls(saying(answer("204 No Content"))) as server:
        result = perform(server.origin, POST)
    assert fault(result).stage is Stage.MISCONFIGURED
    assert "certificate" in fault(result).reason
    assert server.requests == []


@pytest.mark.usefixtures("trusted")
def test_a_service_without_tls_at_an_https_address_is_a_matter_of_configuration() -> None:
    with MisbehavingServer(lambda conversation: conversation.send(b"HTTP/1.1 400 No\r\n\r\n")) as server:
        result = perform(Origin(f"https://127.0.0.1:{server.port}"), POST)
    assert fault(result).stage is Stage.MISCONFIGURED


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    "name", [name for name in BREAKS if name != "reset after the status"]
)  # reads as an end
def test_an_answer_that_breaks_off_under_tls_may_have_been_sent(name: str) -> None:
    with tls(BREAKS[name]) as server:
        result = perform(server.origin, POST)
    assert fault(result).stage is Stage.MAYBE_SENT
    assert len(server.requests) == 1


@pytest.mark.usefixtures("trusted")
def test_tls_that_breaks_after_the_request_was_sent_leaves_it_open_whether_it_was_carried_out() -> None:
    def behave(conversation: Conversation) -> None:
        conversation.request()
        os.write(
            conversation._connection.fileno(), b"\x17\x03\x03\x00\x20" + b"x" * 32
        )  # a record that nobody sealed
        conversation.ended.wait()

    with tls(behave) as server:
        result = perform(server.origin, POST)
    assert len(server.requests) == 1
    assert fault(result).stage is Stage.MAYBE_SENT


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_an_authority_that_is_not_there_is_told_before_anything_is_sent(
    variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "none.pem"))
    with pytest.raises(UsageError, match=f"{variable} names a file that is not there"):
        RequestsTransport(Origin("https://127.0.0.1:1"))


def test_an_authority_that_is_none_is_a_matter_of_configuration(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "empty.pem"
    file.write_text("this is no certificate\n")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    with tls(saying(answer("204 No Content"))) as server:
        assert fault(perform(server.origin, POST)).stage is Stage.MISCONFIGURED
    assert server.requests == []


@pytest.mark.parametrize("timeout", [requests.exceptions.ReadTimeout(), requests.exceptions.Timeout("read")])
def test_a_timeout_that_comes_before_the_watchdogs_may_have_been_sent_as_well(
    timeout: requests.exceptions.Timeout,
) -> None:
    assert fault_of(timeout).stage is Stage.MAYBE_SENT
