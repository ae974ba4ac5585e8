"""Answers of the service for a terminal: JSON indented, everything else line by line, nothing obeyed."""

from __future__ import annotations

import json
from contextlib import suppress

from lvstate.views.terminal import escape


def answer_text(body: bytes, *, indented: bool = True) -> str | None:
    """Return a body as text that a terminal may be given; None for one that is not text."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    if indented:
        with suppress(ValueError, RecursionError):
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    return "".join(f"{escape(line)}\n" for line in lines)
