"""Both transports, as tests use them: each test of what they share is run with the one and with the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lvstate.client.direct import DirectTransport
from lvstate.client.origin import Origin
from lvstate.client.proxied import ProxiedTransport
from lvstate.client.route import authorities
from lvstate.effects import HttpFault, HttpReply, HttpRequest
from tests.client.misbehaving_server import Conversation

GET = HttpRequest("GET", "/contact/contactGroups?count=1000&offset=0", {"LV-Session": "session-1"})
POST = HttpRequest(
    "POST", "/contact/contactGroups", {"Content-Type": "application/json", "LV-Session": "s"}, b'{"name":"x"}'
)

Transport = DirectTransport | ProxiedTransport

WAYS: dict[str, Callable[[Origin], Transport]] = {
    "direct": lambda origin: DirectTransport(origin, authorities()),
    "with requests": lambda origin: ProxiedTransport(origin, authorities(), {}),
}

both_ways = pytest.mark.usefixtures("way")
"""Runs a test, or those of a module, with each of them."""

_chosen = [WAYS["direct"]]


def choose(name: str) -> None:
    """Use this way from now on; the fixture `way` does it."""
    _chosen[:] = [WAYS[name]]


def transport(origin: Origin) -> Transport:
    """Make a transport of the chosen way."""
    return _chosen[0](origin)


def perform(origin: Origin, request: HttpRequest = GET, deadline: float = 5.0) -> HttpReply | HttpFault:
    """Perform one exchange with a transport of its own."""
    return transport(origin).perform(request, deadline)


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
