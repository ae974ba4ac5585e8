"""A text as a double-quoted YAML scalar, which every reader reads back unchanged."""

from __future__ import annotations

_NAMED_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
NO_COMMAND = "#\\x23"
"""For `##`: CI runners obey `##[` and `##vso[` wherever a printed line holds them."""


def quoted(text: str) -> str:
    """Return the text in double quotes, in one printable line."""
    spelled = "".join(_NAMED_ESCAPES.get(c) or (c if c.isprintable() else escaped(c)) for c in text)
    return f'"{spelled.replace("##", NO_COMMAND)}"'


def escaped(character: str) -> str:
    """Return the escape of one character."""
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
