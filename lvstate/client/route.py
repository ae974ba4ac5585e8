"""Tells how requests get to an origin: proxy and certificates, as the standard variables say."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from lvstate.client.origin import Origin


def route_of(origin: Origin, variables: Mapping[str, str]) -> str:
    """Describe the way in a few words; a proxy is named by its host, never with its password."""
    proxy = select_proxy(origin.url, get_environ_proxies(origin.url, no_proxy=None))
    through = f"through the proxy {_host(proxy)}" if proxy else "no proxy"
    if origin.url.startswith("http:"):
        return f"plain HTTP, {through}"
    named = next((name for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE") if variables.get(name)), None)
    return f"TLS checked against {named or 'the built-in authorities'}, {through}"


def _host(proxy: str) -> str:
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        return f"{parts.hostname or '?'}:{parts.port}" if parts.port else parts.hostname or "?"
    except ValueError:
        return "?"
