"""What a YAML parser stumbled over, in words that a writer of manifests understands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lvstate.manifests.text import SourceText
from lvstate.model.problem import Problem

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

_SURROGATES = range(0xD800, 0xE000)
_HEX = r"[0-9A-Fa-f]{2,8}"
_ESCAPE = r"\\(?:u|U0000)[dD][89A-Fa-f][0-9A-Fa-f]{2}"

_COLON = (
    "a colon is out of place",
    'Quote the text if it holds ": "; otherwise check the indentation of this line and the one above.',
)
_BRACKET = (
    "this bracket is not closed, or a comma is missing after it",
    "Quote text that holds any of [ ] { } , inside brackets.",
)
_INDENT = (
    "this does not fit what stands above it",
    "Check the indentation; nothing may follow a closing quote or bracket.",
)

# Both parsers are written after the same design and share most of their words. The first match counts.
_SENTENCES: tuple[tuple[str, str, str, str], ...] = (
    ("(mapping values|mapping keys|sequence entries) are not allowed", "yaml-syntax", *_COLON),
    ("unexpected end of stream", "yaml-syntax", "this quote is not closed", "Put the closing quote."),
    ("unexpected document separator", "yaml-syntax", "this quote is not closed", "Put the closing quote."),
    ("while parsing a flow (mapping|sequence)", "yaml-syntax", *_BRACKET),
    (
        "cannot start any token",
        "yaml-syntax",
        "an unquoted value cannot begin with this character",
        "Quote the value.",
    ),
    ("tag", "tag", "YAML tags are not used here", "Remove the tag; quote the value if `!` belongs to it."),
    (
        "anchor|alias",
        "alias",
        "YAML anchors and aliases are not used here",
        "Quote the value if it begins with & or *.",
    ),
    ("", "yaml-syntax", *_INDENT),
)
_OPENING = "unexpected end of stream|unexpected document separator|while parsing a flow"


def explain(text: SourceText, error: MarkedYAMLError) -> Problem:
    """Turn a parser's error into a problem, the same for either parser."""
    words = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark
    if "escape" in words or "hexdecimal" in words or "hexadecimal" in words:
        return bad_escape(text, mark.index if mark else 0)
    if error.context_mark is not None and re.search(_OPENING, words):
        mark = error.context_mark
    code, message, hint = next(
        (code, message, hint) for pattern, code, message, hint in _SENTENCES if re.search(pattern, words)
    )
    index = min(mark.index, len(text.text)) if mark else 0
    if code == "yaml-syntax" and message == _INDENT[0] and not text.text[index:].strip():
        message, hint = "the file ends too early", "Close what is open, or give the value."
    if "${" in text.text[max(0, index - 1) : index + 200].partition("\n")[0]:
        hint = "Inside { } quote values that hold ${...}."
    return text.error_at(_last_character(text.text, index), code, message, hint)


def bad_escape(text: SourceText, index: int) -> Problem:
    """Report a backslash sequence; `index` is somewhere in it."""
    index = max(text.text.rfind("\\", 0, index + 1), 0)
    digits = re.match(_HEX, text.text[index + 2 : index + 10])
    if digits and int(digits[0], 16) in _SURROGATES:
        return surrogate(text, index)
    message = "this backslash begins no escape that YAML knows"
    return text.error_at(index, "bad-escape", message, r"Write \\ for a backslash, or use single quotes.")


def surrogate(text: SourceText, start: int) -> Problem:
    """Report half a character; `start` is where its scalar begins."""
    match = re.search(_ESCAPE, text.text[start:])
    message = "this escape is half a character (a surrogate)"
    hint = r"Write the character itself, or its full code as \U0001F600."
    return text.error_at(start + match.start() if match else start, "surrogate", message, hint)


def _last_character(text: str, index: int) -> int:
    # An error at the end of the file is shown behind the last thing written, not on an empty line.
    return min(index, len(text.rstrip()))
