"""Keeps strange web pages out of what needs no session: the page at `/` and `/_emulator/`.

A browser that visits some page can be made to send requests to loopback. Such a page has a name of its own: it
shows in `Origin`, or, where it made its name resolve to loopback, in `Host`.
"""

from __future__ import annotations

import ipaddress

from lvstate.emulator.http.refusals import Refused
from lvstate.emulator.http.requests import EmulatorRequest

LOCAL_SUFFIXES = (".localhost", ".internal", ".local")  # none of which the public name system hands out


def admit(request: EmulatorRequest) -> None:
    """Raise Refused with 403 for a request that a page of another origin may have sent."""
    host = request.headers.get("Host", "localhost")
    origin = request.headers.get("Origin")
    if not _is_local(host) or (origin is not None and origin.partition("://")[2] != host):
        raise Refused(403, "This is for callers on this machine or its own network, not for other web pages.")


def _is_local(host: str) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return "." not in name or name.endswith(LOCAL_SUFFIXES)
    return True
