"""Secrets that cannot be shown by accident, and the redaction of texts that repeat them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from os.path import commonprefix
from urllib.parse import quote

_SHORTEST = 6
"""Redacting shorter secrets would tear ordinary words apart."""

_PIECE = 8
"""What stays of a secret that somebody cut is recognized from this length on, at either of its ends."""

_STARS = "***"


class Secret:
    """A text that shows as `***` everywhere but in `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself; only a request may call this."""
        return self._text

    def __repr__(self) -> str:
        """Show nothing."""
        return _STARS

    __str__ = __repr__

    def __reduce__(self) -> str:
        """Refuse to be pickled."""
        raise TypeError("a secret is not written anywhere")


class Redactor:
    """Knows every secret of the run and takes them out of texts that the service sends."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._known: tuple[str, ...] | None = ()

    def learn(self, secret: Secret | None) -> None:
        """Take out this secret from now on."""
        if secret is not None and len(secret.reveal()) >= _SHORTEST:
            self._secrets.add(secret.reveal())
            self._known = None

    @property
    def _spelled(self) -> tuple[str, ...]:
        """Every spelling, the longest first; worked out when it is needed, which in a good run is never."""
        if self._known is None:
            found = {
                each for secret in self._secrets for each in _spellings(secret) if len(each) >= _SHORTEST
            }
            self._known = tuple(sorted(found, key=len, reverse=True))
        return self._known

    def clean(self, text: str, *, at_least: int = _SHORTEST) -> str:
        """Return the text without any known secret, in whatever usual encoding.

        What somebody cut is found too, unless only secrets `at_least` so long are looked for: that is meant
        for data, and part of a secret may be an ordinary word there.
        """
        for spelled in self._spelled:
            if len(spelled) >= at_least:
                text = text.replace(spelled, _STARS)
        for spelled in self._spelled if at_least <= _SHORTEST else ():
            if len(spelled) >= 2 * _PIECE:  # the halves of shorter ones occur in any text
                text = _without_beginnings(text, spelled)
                text = _without_beginnings(text[::-1], spelled[::-1])[::-1]
        return text


def _spellings(text: str) -> Iterator[str]:
    """Yield the encodings in which logs, gateways and error pages repeat what was sent to them."""
    import html

    data = text.encode("utf-8", "surrogatepass")
    plain = [text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], html.escape(text)]
    plain += [quote(data, safe=""), quote(data), quote(data, safe="").lower(), data.hex()]
    yield from plain
    yield from (spelled[::-1] for spelled in (text, data.hex()))
    yield from (spelled.upper() for spelled in (text, data.hex()))
    yield text.lower()
    for shift in range(3):
        # Of an encoding that begins somewhere before the secret, only these characters are the secret's alone.
        whole = b64encode(bytes(shift) + data).decode()
        own = whole[-(-8 * shift // 6) : (shift + len(data)) * 8 // 6]
        yield own
        yield own.replace("+", "-").replace("/", "_")


def _without_beginnings(text: str, spelled: str) -> str:
    """Take out every beginning of a spelled secret, as long as it goes on, from _PIECE characters on."""
    kept, at = [], 0
    while (start := text.find(spelled[:_PIECE], at)) >= 0:
        kept += [text[at:start], _STARS]
        at = start + len(commonprefix((text[start : start + len(spelled)], spelled)))  # noqa: RUF071 (no paths)
    return "".join((*kept, text[at:]))
