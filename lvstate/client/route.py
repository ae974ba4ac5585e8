"""Tells how requests get to an origin: proxy and certificates, as the standard variables say."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from lvstate.client.origin import Origin
from lvstate.errors import UsageError

_AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
_SYSTEM_HAS_PROXIES = sys.platform in ("darwin", "win32")
"""Whether a proxy may be set where no variable tells of it."""


def authorities() -> str | None:
    """Return the file or folder of trusted certificates that a variable names; raises UsageError for a missing one."""
    named = _named_authorities(os.environ)
    if named is None:
        return None
    path = os.environ[named]
    if not os.path.exists(path):  # noqa: PTH110 (told now: later it would look as if the network had failed)
        raise UsageError(f"{named} names a file that is not there")
    return path


def proxies_to(origin: Origin) -> Mapping[str, str]:
    """Return the proxies that requests to an origin go through, by scheme; none where it is reached directly."""
    if not _any_proxy():
        return {}
    from requests.utils import get_environ_proxies, select_proxy

    proxies: dict[str, str] = get_environ_proxies(origin.url, no_proxy=None)
    return proxies if select_proxy(origin.url, proxies) else {}


def _any_proxy() -> bool:
    """Whether there is any proxy at all, of whatever scheme: to ask for the right one loads requests."""
    if _SYSTEM_HAS_PROXIES:
        from urllib.request import getproxies

        return bool(getproxies())
    named = (name.lower() for name, value in os.environ.items() if value)
    return any(name.endswith("_proxy") and name != "no_proxy" for name in named)


def route_of(origin: Origin, variables: Mapping[str, str]) -> str:
    """Describe the way in a few words; a proxy is named by its host, never with its password."""
    from requests.utils import select_proxy

    proxy = select_proxy(origin.url, proxies_to(origin))
    through = f"through the proxy {_host(proxy)}" if proxy else "no proxy"
    if origin.url.startswith("http:"):
        return f"plain HTTP, {through}"
    return f"TLS checked against {_named_authorities(variables) or 'the built-in authorities'}, {through}"


def _named_authorities(variables: Mapping[str, str]) -> str | None:
    return next((name for name in _AUTHORITIES if variables.get(name)), None)


def _host(proxy: str) -> str:
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        return f"{parts.hostname or '?'}:{parts.port}" if parts.port else parts.hostname or "?"
    except ValueError:
        return "?"
