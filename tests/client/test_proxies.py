"""Proxies of the environment: used, passed by, and never shown a credential."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lvstate.client import route
from lvstate.client.direct import DirectTransport
from lvstate.client.origin import Origin
from lvstate.client.proxied import ProxiedTransport
from lvstate.client.transport import transport_to
from lvstate.effects import HttpFault, HttpReply, HttpRequest, Stage
from tests.client.misbehaving_server import MisbehavingServer, answer, closed_port
from tests.client.ways import GET, fault, once, saying

pytestmark = pytest.mark.usefixtures("bare_environment")


def perform(origin: Origin, request: HttpRequest = GET, deadline: float = 5.0) -> HttpReply | HttpFault:
    return transport_to(origin).perform(request, deadline)


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
        transport = transport_to(server.origin)
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
        assert isinstance(transport.perform(GET, 5), HttpReply)


def test_without_a_proxy_requests_is_not_loaded() -> None:
    assert isinstance(transport_to(Origin("https://api.livevox.com")), DirectTransport)
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", "True"]


LOADED = """
import sys
from lvstate.client.origin import Origin
from lvstate.client.transport import transport_to
transport_to(Origin("https://api.livevox.com"))
print("requests" in sys.modules, "http.client" in sys.modules)
"""


@pytest.mark.parametrize(
    ("proxies", "kind"), [({}, DirectTransport), ({"https": "http://127.0.0.1:1"}, ProxiedTransport)]
)
def test_a_proxy_that_only_the_system_knows_is_used(
    proxies: dict[str, str], kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "_SYSTEM_HAS_PROXIES", True)
    monkeypatch.setattr("urllib.request.getproxies", lambda: proxies)
    monkeypatch.setattr("requests.utils.get_environ_proxies", lambda *_, **__: proxies)
    assert type(transport_to(Origin("https://api.livevox.com"))) is kind


@pytest.mark.parametrize(
    ("variables", "kind"),
    [
        ({"NO_PROXY": "*"}, DirectTransport),
        ({"HTTPS_PROXY": ""}, DirectTransport),
        ({"FTP_PROXY": "http://127.0.0.1:1"}, DirectTransport),
        ({"all_proxy": "http://127.0.0.1:1"}, ProxiedTransport),
        ({"https_proxy": "http://127.0.0.1:1", "no_proxy": "livevox.com"}, DirectTransport),
    ],
)
def test_only_a_proxy_for_this_origin_counts(
    variables: dict[str, str], kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert type(transport_to(Origin("https://api.livevox.com"))) is kind
