"""Picks the way to an origin: straight there, or through a proxy where the environment names one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import lvstate
from lvstate.client.route import authorities, proxies_to

if TYPE_CHECKING:
    from lvstate.client.direct import DirectTransport
    from lvstate.client.origin import Origin
    from lvstate.client.proxied import ProxiedTransport
    from lvstate.effects import HttpRequest


def transport_to(origin: Origin) -> DirectTransport | ProxiedTransport:
    """Return the transport that the standard variables ask for; they are looked at once, here.

    Either sends single requests: no redirects, no retries, no netrc, no cookies, every answer bounded.
    A straight connection needs nothing that requests has beyond `http.client`, and loading it takes
    longer than a small plan; what there is to know about proxies is left to it. Raises UsageError when
    a variable names certificates that are not there.
    """
    trusted = authorities()
    proxies = proxies_to(origin)
    if proxies:
        from lvstate.client.proxied import ProxiedTransport

        return ProxiedTransport(origin, trusted, proxies)
    from lvstate.client.direct import DirectTransport

    return DirectTransport(origin, trusted)


def headers_of(request: HttpRequest) -> Mapping[str, str]:
    """Return what every request says, and what this one says besides."""
    return {
        "User-Agent": f"lvstate/{lvstate.__version__}",
        "Accept-Encoding": "identity",
        "Accept": "*/*",
        "Connection": "keep-alive",
        **request.headers,
    }
