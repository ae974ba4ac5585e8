"""Which hosts may receive credentials (user contract, section 3)."""

import ipaddress
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from lvstate.errors import InvalidInput, LvstateError, UsageError
from lvstate.model.problem import Problem, Severity
from lvstate.model.project import Environment

EMULATOR = "emulator:"
"""The URL of the emulator in this process."""

_VENDOR = "livevox.com"
_PORT = 443
_HOST = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*"
_ENTRY = rf"(?:{_HOST}|\[[0-9A-Fa-f:.]+\])(?::[0-9]{{1,5}})?"


class Origin(NamedTuple):
    """Scheme, host and port that every request of a run goes to."""

    url: str


def origin_of(environment: Environment, variables: Mapping[str, str]) -> Origin:
    """Check an environment's URL and return where its requests go.

    https under livevox.com and loopback are trusted; another host or port only when LVSTATE_ALLOWED_HOSTS
    names it, so that a pull request that edits the URL cannot collect a token. Raises InvalidInput
    when the project file holds the URL, UsageError when LVSTATE_URL does or LVSTATE_ALLOWED_HOSTS cannot be read.
    """
    try:
        return _parse(environment.url, variables.get("LVSTATE_ALLOWED_HOSTS", ""))
    except ValueError as refused:
        raise _refusal(environment, str(refused)) from None


def _parse(url: str, allowed: str) -> Origin:
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise ValueError("it holds characters that a URL cannot have")
    try:
        parts = urlsplit(url)
        port = parts.port
        if port == 0:
            raise ValueError
    except ValueError:  # its text repeats a part of the URL, which may be one of a password
        raise ValueError("its host or port is malformed") from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("it is not of the form https://HOST")
    if "@" in parts.netloc:
        raise ValueError("it holds a user name or password")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "?" in url or "#" in url:
        raise ValueError("it holds more than scheme, host and port")
    if not re.fullmatch(_HOST, host) and not _is_address(host):
        raise ValueError("its host or port is malformed")  # %2f, for one, is a slash to some parsers
    loopback = _is_loopback(host)
    if parts.scheme == "http" and not loopback:
        raise ValueError("plain http is for loopback only")
    vendor = (host == _VENDOR or host.endswith(f".{_VENDOR}")) and port in (None, _PORT)
    if not (loopback or vendor or (host, port or _PORT) in _named(allowed)):
        shown = host if port in (None, _PORT) else f"{host}:{port}"
        raise ValueError(f"credentials are not sent to {shown}")
    bracketed = f"[{host}]" if ":" in host else host
    return Origin(f"{parts.scheme}://{bracketed}" + (f":{port}" if port else ""))


def _named(allowed: str) -> set[tuple[str, int]]:
    """Read LVSTATE_ALLOWED_HOSTS: hosts with commas between them, each with `:port` unless that is 443."""
    found = set()
    for entry in filter(None, map(str.strip, allowed.split(","))):
        try:
            parts = urlsplit(f"//{entry}")
            host, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError:
            host, port = "", None
        if not re.fullmatch(_ENTRY, entry) or not host:
            # Said without the entry: a URL pasted here may hold a password.
            raise UsageError(
                "LVSTATE_ALLOWED_HOSTS holds something that is no host",
                hint="write HOST or HOST:PORT with commas between them, without https:// and wildcards",
            )
        found.add((host, _PORT if port is None else port))
    return found


def stays_here(url: str) -> bool:
    """Whether an environment's URL leads no further than this machine, so that no tenant can be behind it."""
    try:
        return url == EMULATOR or _is_loopback((urlsplit(url).hostname or "").rstrip("."))
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _refusal(environment: Environment, reason: str) -> LvstateError:
    whose = f"of environment {environment.name}" if environment.url_source else "in LVSTATE_URL"
    message = f"the URL {whose} is refused: {reason}"
    hint = "use https under livevox.com or loopback, or name HOST or HOST:PORT in LVSTATE_ALLOWED_HOSTS"
    if environment.url_source is None:
        return UsageError(message, hint=hint)
    problem = Problem(Severity.ERROR, "refused-url", message, hint, environment.url_source)
    return InvalidInput(message, hint=hint, problems=[problem])
