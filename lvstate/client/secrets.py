"""Secrets that cannot be shown by accident, and the redaction of texts that repeat them."""

from __future__ import annotations

import json
from urllib.parse import quote

_SHORTEST = 6
"""Redacting shorter secrets would tear ordinary words apart."""


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
        return "***"

    __str__ = __repr__

    def __reduce__(self) -> str:
        """Refuse to be pickled."""
        raise TypeError("a secret is not written anywhere")


class Redactor:
    """Knows every secret of the run and takes them out of texts that the service sends."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def learn(self, secret: Secret | None) -> None:
        """Take out this secret from now on."""
        if secret is not None and len(secret.reveal()) >= _SHORTEST:
            text = secret.reveal()
            spelled = {
                json.dumps(text)[1:-1],
                json.dumps(text, ensure_ascii=False)[1:-1],
                quote(text, safe=""),
            }
            self._secrets |= {text, *spelled}

    def clean(self, text: str, *, at_least: int = _SHORTEST) -> str:
        """Return the text with every known secret of a length replaced, however JSON or a URL spells it."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            if len(secret) >= at_least:
                text = text.replace(secret, "***")
        return text
