"""Credentials that can be recognized wherever they come out, in whatever encoding, whole or in halves."""

from __future__ import annotations

import io
import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ACCEPTED = "emulator"
"""The token and the password that the emulator knows."""

SHORTEST = 8


def spellings(secret: str) -> Iterator[tuple[str, str]]:
    """Yield what a secret looks like: how it is spelled, and that."""
    data = secret.encode()
    yield "as it is", secret
    yield "in JSON", json.dumps(secret)[1:-1]
    yield "in a URL", quote(secret, safe="")
    yield "in hex", data.hex()
    yield "in HEX", data.hex().upper()
    yield "backwards", secret[::-1]
    yield "its first half", secret[: len(secret) // 2]
    yield "its second half", secret[len(secret) // 2 :]
    for shift in range(3):
        inner = slice(-(-8 * shift // 6), (shift + len(data)) * 8 // 6)
        for name, encode in (("base64", b64encode), ("base64 of URLs", urlsafe_b64encode)):
            yield f"in {name}, shifted by {shift}", encode(b"\0" * shift + data).decode()[inner]


def found_in(texts: Mapping[str, bytes], known: Iterable[str]) -> list[str]:
    """Return where any spelling of any secret is."""
    wanted = [
        (spelling, text.encode())
        for secret in known
        for spelling, text in spellings(secret)
        if len(text) >= SHORTEST
    ]
    return [
        f"a secret {spelling} in {name}"
        for name, content in texts.items()
        for spelling, text in wanted
        if text in content
    ]


def files_below(*folders: Path) -> dict[str, bytes]:
    """Every file's bytes, and its name as another text."""
    found = {}
    for path in (path for folder in folders for path in sorted(folder.rglob("*"))):
        found[f"the name of {path}"] = path.name.encode()
        if path.is_file() and not path.is_symlink():
            found[str(path)] = path.read_bytes()
    return found


class Canaries:
    """The secrets of one scene: those that lvstate is given, and the sessions that it is seen to use."""

    def __init__(self) -> None:
        self.token = f"tok/{secrets.token_urlsafe(18)}+?&="
        self.password = f'pass "{secrets.token_urlsafe(15)}" %\\'
        self.proxy = f"proxy-{secrets.token_hex(12)}"
        self.sessions: set[str] = set()

    @property
    def known(self) -> list[str]:
        """All of them."""
        return [self.token, self.password, self.proxy, *sorted(self.sessions)]

    def variables(self) -> dict[str, str]:
        """What lvstate is to be run with."""
        return {
            "LVSTATE_ACCESS_TOKEN": self.token,
            "LVSTATE_PASSWORD": self.password,
            "LVSTATE_LOG_LEVEL": "debug",
            "HTTPS_PROXY": f"http://ann:{self.proxy}@127.0.0.1:9",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def admit(self, environ: WSGIEnvironment) -> None:
        """Note the session of a request, and translate the credentials into those that the emulator knows."""
        if session := environ.get("HTTP_LV_SESSION"):
            self.sessions.add(session)
        if environ.get("HTTP_LV_ACCESS") == self.token:
            environ["HTTP_LV_ACCESS"] = ACCEPTED
        if environ["PATH_INFO"] == "/session/login":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            body = body.replace(json.dumps(self.password).encode(), json.dumps(ACCEPTED).encode())
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))

    def check(self, texts: Mapping[str, bytes], *folders: Path) -> None:
        """Fail where any of them came out."""
        found = found_in({**texts, **files_below(*folders)}, self.known)
        assert not found, "\n".join(found)
