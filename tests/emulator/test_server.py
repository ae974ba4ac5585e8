"""The server over real sockets: connections that stay, requests that are no HTTP, and a clean end."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from lvstate.emulator import create_app, serve
from lvstate.emulator.http.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOGIN = {"clientName": "EMULATOR", "userName": "sysadmin", "password": "emulator"}


@pytest.fixture
def server() -> Iterator[Server]:
    with create_app(seed="vendor-examples") as app, serve(app, port=0) as server:
        yield server


@pytest.fixture
def session(server: Server) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            f"{server.url}/session/login", json=LOGIN, headers={"LV-Access": "emulator"}, timeout=5
        )
        session.headers["LV-Session"] = answer.json()["sessionId"]
        yield session


def address(server: Server) -> tuple[str, int]:
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    return host, int(port)


def talk(server: Server, sent: bytes, *, finish: bool = True) -> bytes:
    """Everything the server says to these bytes, until it hangs up."""
    with socket.create_connection(address(server), timeout=5) as connection:
        connection.sendall(sent)
        if finish:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while data := connection.recv(65536):
            received += data
    return received


def statuses(received: bytes) -> list[int]:
    return [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]


def test_port_0_takes_a_free_port_that_the_url_names(server: Server) -> None:
    assert server.url.startswith("http://127.0.0.1:")
    assert address(server)[1] > 0


def test_a_taken_port_is_an_os_error(server: Server) -> None:
    with create_app() as app, pytest.raises(OSError, match="in use"):
        serve(app, port=address(server)[1])


def test_one_connection_serves_many_requests_refusals_included(server: Server) -> None:
    connection = http.client.HTTPConnection(*address(server), timeout=5)
    local = None
    for method, path, body, status in [
        ("GET", "/nowhere", None, 401),
        ("POST", "/contact/contactGroups", b"x" * 100_000, 401),
        ("POST", "/session/login", b"{", 401),
        ("PATCH", "/session/login", b"unread", 405),
        ("HEAD", "/session/login", None, 405),
        ("GET", "/session/validate/x", None, 404),
    ]:
        connection.request(method, path, body)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
        assert connection.sock is not None, "the server hung up"
        assert local in (None, connection.sock.getsockname())
        local = connection.sock.getsockname()
    connection.close()


def test_a_204_has_no_body_and_keeps_the_connection(server: Server, session: requests.Session) -> None:
    for _ in range(2):
        answer = session.put(f"{server.url}/account/type/48", json={"level": "6"}, timeout=5)
        assert (answer.status_code, answer.content) == (204, b"")
        assert "Content-Length" not in answer.headers
        assert "Content-Type" not in answer.headers


def test_pipelined_requests_are_answered_in_turn(server: Server) -> None:
    request = b"POST /session/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{bad}"
    assert statuses(talk(server, request * 3)) == [401, 401, 401]


def test_a_chunked_body_is_read(server: Server, session: requests.Session) -> None:
    pieces = iter([b'{"na', b'me":', b'"chunked"}'])
    answer = session.post(f"{server.url}/contact/contactGroups", data=pieces, timeout=5)
    assert answer.status_code == 201
    read = session.get(f"{server.url}/contact/contactGroups/{answer.json()['id']}", timeout=5)
    assert read.json()["name"] == "chunked"


@pytest.mark.parametrize("path", ["/contact/contactGroups", "/contact/contacts/bulk"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_above_the_cap_is_413_while_the_client_is_still_sending(
    server: Server, session: requests.Session, chunked: bool, path: str
) -> None:
    size, piece = 33, b"x" * 1024 * 1024
    data = iter([piece] * size) if chunked else piece * size
    answer = session.post(server.url + path, data=data, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (413, 413)


HEAD = b"POST /contact/contactGroups HTTP/1.1\r\nHost: x\r\n"
NO_HTTP = {
    "nonsense": (400, b"hello\r\n\r\n"),
    "a future version": (400, b"GET / HTTP/9.9\r\n\r\n"),
    "a version that is none": (400, b"GET / HTTP/x\r\n\r\n"),
    "four words": (400, b"GET / x HTTP/1.1\r\n\r\n"),
    "TLS": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    "a header line without end": (431, b"GET / HTTP/1.1\r\nx: " + b"x" * 70_000 + b"\r\n\r\n"),
    "many headers": (431, b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 20_000 + b"\r\n"),
    "a header without a colon": (400, b"GET / HTTP/1.1\r\nhello\r\n\r\n"),
    "a first header that is folded": (400, b"GET / HTTP/1.1\r\n x: y\r\n\r\n"),
    "lines without a carriage return": (400, b"GET / HTTP/1.1\n\n"),
    "an authority that is none": (400, b"GET http://[ HTTP/1.1\r\n\r\n"),
    "a path that is not ASCII": (400, b"GET /\xff HTTP/1.1\r\n\r\n"),
    "a tunnel": (405, b"CONNECT any.example:443 HTTP/1.1\r\n\r\n"),
    "a long path": (414, b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n"),
    "a length that is no number": (400, HEAD + b"Content-Length: ten\r\n\r\n"),
    "a negative length": (400, HEAD + b"Content-Length: -1\r\n\r\n"),
    "a length with a sign": (400, HEAD + b"Content-Length: +1\r\n\r\nx"),
    "a length of thousands of digits": (400, HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nx"),
    "two lengths": (400, HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
    "a length and chunks": (400, HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "chunks of HTTP/1.0": (
        400,
        HEAD.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    "chunked twice": (400, HEAD + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n0\r\n\r\n"),
    "a strange coding": (400, HEAD + b"Transfer-Encoding: gzip\r\n\r\n"),
    "a path that starts nowhere": (401, b"GET x HTTP/1.1\r\nLV-Session: x\r\n\r\n"),
}


@pytest.mark.parametrize(("status", "sent"), NO_HTTP.values(), ids=NO_HTTP.keys())
def test_what_is_no_http_is_refused_in_json(server: Server, status: int, sent: bytes) -> None:
    received = talk(server, sent)
    assert statuses(received) == [status]
    assert json.loads(received.partition(b"\r\n\r\n")[2])["code"] == status


def test_a_body_that_ends_too_early_or_has_bad_chunks_changes_nothing(
    server: Server, session: requests.Session
) -> None:
    groups = f"{server.url}/contact/contactGroups?count=1000&offset=0"
    before = session.get(groups, timeout=5).content
    head = HEAD + b"LV-Session: " + str(session.headers["LV-Session"]).encode() + b"\r\n"
    whole = b'{"name":"x"}'
    for sent in (
        head + b"Content-Length: 100\r\n\r\n" + whole,
        head + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + whole + b"\r\n0\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\n3\r\n" + whole + b"\r\n0\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\nC\r\n" + whole + b"\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\n" + whole,
    ):
        assert statuses(talk(server, sent)) == [400], sent
    assert session.get(groups, timeout=5).content == before


def test_the_absolute_form_of_a_target_is_understood(server: Server) -> None:
    request = (
        b"GET http://any.example/session/validate/x?y=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    assert b'"code":203' in talk(server, request)


@pytest.mark.parametrize("verb", ["OPTIONS", "TRACE", "PATCH", "get", "FOO"])
def test_any_verb_reaches_the_application_exactly_as_sent(server: Server, verb: str) -> None:
    received = talk(server, f"{verb} /session/login HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
    assert statuses(received) == [405]
    assert b"Allow: POST" in received
    assert json.loads(received.partition(b"\r\n\r\n")[2])["code"] == 405


def test_a_target_reaches_the_application_exactly_as_sent(server: Server, session: requests.Session) -> None:
    """An encoded slash is part of its segment, so that this path names nothing."""
    path = "/contact/contactGroups"
    host, port = address(server)
    connection = http.client.HTTPConnection(host, port, timeout=5)
    token = {"LV-Session": str(session.headers["LV-Session"])}
    for target, status in [
        (f"{path}/2200", 200),
        (f"{path}/%32200", 200),
        (f"{path}%2F2200", 404),
        (f"/{path}/2200", 404),
        (f"http://any.example{path}/2200", 200),
    ]:
        connection.request("GET", target, headers=token)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status, target
    connection.close()


def test_a_header_with_an_underscore_is_not_taken_for_another(
    server: Server, session: requests.Session
) -> None:
    for name, status in (("LV-Session", 200), ("LV_Session", 401)):
        sent = f"GET /account/types HTTP/1.1\r\n{name}: {session.headers['LV-Session']!s}\r\n\r\n"
        assert statuses(talk(server, sent.encode())) == [status]


def test_a_header_given_twice_is_not_taken_for_either(server: Server, session: requests.Session) -> None:
    header = f"LV-Session: {session.headers['LV-Session']!s}\r\n"
    sent = f"GET /account/types HTTP/1.1\r\n{header}LV-Session: x\r\n\r\n"
    assert statuses(talk(server, sent.encode())) == [401]


def test_an_unread_chunked_body_is_not_taken_for_the_next_request(server: Server) -> None:
    request = HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\ntrailer: x\r\n\r\n"
    assert statuses(talk(server, request * 3)) == [401, 401, 401]


def test_a_chunk_of_an_absurd_size_is_413(server: Server, session: requests.Session) -> None:
    head = HEAD + b"LV-Session: " + str(session.headers["LV-Session"]).encode() + b"\r\n"
    received = talk(server, head + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffff\r\nx")
    assert statuses(received) == [413]


def test_an_http_1_0_client_is_answered_and_hung_up_on(server: Server) -> None:
    received = talk(server, b"GET /session/validate/x HTTP/1.0\r\n\r\n", finish=False)
    assert statuses(received) == [404]


def test_an_expected_continue_is_sent(server: Server) -> None:
    with socket.create_connection(address(server), timeout=5) as connection:
        head = b"POST /session/login HTTP/1.1\r\nLV-Access: emulator\r\nContent-Length: 2\r\n"
        connection.sendall(head + b"Expect: 100-continue\r\n\r\n")
        assert connection.recv(1024).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        assert connection.recv(1024).startswith(b"HTTP/1.1 400 ")


def test_nothing_is_printed(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    for sent in (b"hello\r\n\r\n", b"GET /session/validate/x HTTP/1.1\r\n\r\n"):
        talk(server, sent)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_small_answers_are_quick_on_one_connection(server: Server, session: requests.Session) -> None:
    """Without TCP_NODELAY an answer in two packets would wait 40 ms for a delayed acknowledgement."""
    url = f"{server.url}/account/types"
    started = time.perf_counter()
    for _ in range(50):
        assert session.get(url, timeout=5).status_code == 200
    assert time.perf_counter() - started < 50 * 0.03


def ask(host: str, port: int) -> int:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    connection.request("GET", "/session/validate/x")
    status = connection.getresponse().status
    connection.close()
    return status


def test_64_slow_answers_are_made_at_once() -> None:
    with create_app(latency_ms=500) as app, serve(app, port=0) as server, ThreadPoolExecutor(64) as clients:
        started = time.perf_counter()
        assert set(clients.map(lambda _: ask(*address(server)), range(64))) == {404}
        assert time.perf_counter() - started < 2.5


def test_silent_and_idle_clients_hold_no_thread(server: Server) -> None:
    with ExitStack() as stack:
        for number in range(200):
            client = stack.enter_context(socket.create_connection(address(server), timeout=5))
            if number % 2:
                client.sendall(b"GET /session/validate/x HTTP/1.1\r\n\r\n")
                assert client.recv(1024).startswith(b"HTTP/1.1 404 ")
        started = time.perf_counter()
        assert ask(*address(server)) == 404
        assert time.perf_counter() - started < 1


def test_an_answer_is_sent_as_it_is_made() -> None:
    confirmed = threading.Event()

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"one"
        assert confirmed.wait(5)
        yield b"two"
        yield b"three"

    with Server(app, "127.0.0.1", 0) as server:
        connection = http.client.HTTPConnection(*address(server), timeout=5)
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert answer.read(3) == b"one"
        confirmed.set()
        assert answer.read() == b"twothree"
        connection.close()


@pytest.mark.parametrize("with_reset", [False, True])
@pytest.mark.parametrize("sent", [b"", b"half"])
def test_an_application_may_cut_its_connection_off(
    with_reset: bool, sent: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Length", "8")])
        if sent:
            yield sent
            time.sleep(0.05)
        connection: socket.socket = environ["lvstate.connection"]
        if with_reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        else:
            connection.shutdown(socket.SHUT_RDWR)
        yield b"rest"

    with Server(app, "127.0.0.1", 0) as server:
        for _ in range(3):
            with socket.create_connection(address(server), timeout=5) as client:
                client.sendall(b"GET / HTTP/1.1\r\n\r\n")
                received = b""
                try:
                    while data := client.recv(1024):
                        received += data
                    assert not with_reset
                except ConnectionResetError:
                    assert with_reset
                assert received.partition(b"\r\n\r\n")[2] == sent
                assert bool(received) == bool(sent)
    assert capfd.readouterr() == ("", "")


def test_shutdown_frees_the_port_and_hangs_up_on_idle_clients() -> None:
    with create_app() as app:
        server = serve(app, port=0)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with socket.create_connection(address(server), timeout=5) as idle:
            idle.sendall(b"GET /session/validate/x HTTP/1.1\r\n\r\n")
            assert idle.recv(1024).startswith(b"HTTP/1.1 404 ")
            started = time.perf_counter()
            server.shutdown()
            assert time.perf_counter() - started < 3
            assert idle.recv(1024) == b""
        thread.join(5)
        assert not thread.is_alive()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address(server), timeout=5)
        server.shutdown()


def test_shutdown_waits_for_the_answer_under_way() -> None:
    with (
        create_app(latency_ms=1000) as app,
        serve(app, port=0) as server,
        socket.create_connection(address(server), timeout=5) as connection,
    ):
        connection.sendall(b"GET /session/validate/x HTTP/1.1\r\n\r\n")
        time.sleep(0.5)
        server.shutdown()
        assert connection.recv(1024).startswith(b"HTTP/1.1 404 ")


def test_shutdown_does_not_wait_for_a_request_that_is_never_finished() -> None:
    with (
        create_app() as app,
        serve(app, port=0) as server,
        socket.create_connection(address(server), timeout=5) as half_a_head,
        socket.create_connection(address(server), timeout=5) as half_a_body,
    ):
        half_a_head.sendall(b"GET / HT")
        half_a_body.sendall(HEAD + b"Content-Length: 9\r\n\r\n")
        time.sleep(0.2)
        started = time.perf_counter()
        server.shutdown()
        assert time.perf_counter() - started < 2


def test_shutdown_amid_requests_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    def hammer(server: Server) -> None:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(*address(server), timeout=5)
            while True:
                connection.request("GET", "/session/validate/x")
                connection.getresponse().read()

    for _ in range(5):
        with create_app() as app, serve(app, port=0) as server:
            clients = [threading.Thread(target=hammer, args=(server,)) for _ in range(8)]
            for client in clients:
                client.start()
            time.sleep(0.1)
            started = time.perf_counter()
            server.shutdown()
            assert time.perf_counter() - started < 2
            for client in clients:
                client.join(5)
                assert not client.is_alive()
    assert capfd.readouterr() == ("", "")


SIGNALLED = """
import signal
from lvstate.emulator import create_app, serve
with create_app() as app:
    server = serve(app, port=0)
    signal.signal(signal.SIGTERM, lambda *_: server.shutdown())
    print("ready", flush=True)
    server.serve_forever()
print("closed")
"""


def test_a_signal_handler_may_shut_the_server_down() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", SIGNALLED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGTERM)
        assert child.stdout.read() == "closed\n"
        assert child.wait(5) == 0


def test_a_server_that_never_served_can_be_shut_down() -> None:
    with create_app() as app:
        server = serve(app, port=0)
        server.shutdown()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address(server), timeout=5)


def test_an_ipv6_address_is_bracketed() -> None:
    with create_app() as app:
        try:
            server = serve(app, host="::1", port=0)
        except OSError:
            pytest.skip("this machine has no IPv6")
        server.shutdown()
    assert server.url.startswith("http://[::1]:")
