"""Both transports under TLS: whom they trust, and what a failure says of the request."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lvstate.client.origin import Origin
from lvstate.effects import HttpReply, Stage
from lvstate.errors import UsageError
from tests.client import ways
from tests.client.breaks import BREAKS
from tests.client.misbehaving_server import Conversation, MisbehavingServer, answer
from tests.client.ways import POST, fault, perform, saying

CERTIFICATE = str(Path(__file__).with_name("loopback.pem"))
pytestmark = ways.both_ways


@pytest.fixture
def trusted(bare_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
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
        ways.transport(Origin("https://127.0.0.1:1"))


def test_an_authority_that_is_none_is_a_matter_of_configuration(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "empty.pem"
    file.write_text("this is no certificate\n")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    with tls(saying(answer("204 No Content"))) as server:
        assert fault(perform(server.origin, POST)).stage is Stage.MISCONFIGURED
    assert server.requests == []
