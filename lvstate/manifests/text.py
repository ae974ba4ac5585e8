"""The bytes of one file as text that YAML may be read from, or the reasons why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from lvstate.model.problem import Problem, Severity, Source

MAX_BYTES = 16 * 1024 * 1024
"""Above this a file is not read: about 400,000 contact groups."""

MAX_EXCERPT = 400
MAX_QUOTED = 60

# Besides control characters: NEL, LS and PS, which YAML 1.1 takes for line breaks and 1.2 does not; the byte order
# mark, which one of the two parsers skips; a lone CR, which editors do not count as a line.
_UNPRINTABLE = (
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|\r(?!\n)"
)
_PLAIN_ASCII = bytes([0x09, 0x0A, *range(0x20, 0x7F)])
_MARKER = re.compile(r"^(?:<{7}|>{7})(?=[ \r]|$)|^={7}\r?$", re.MULTILINE)
_COMMENT = r"(?:^|\s)#"
_DIRECTIVE = re.compile(r"(?:[ ]*(?:#[^\n]*)?\r?\n)*%")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class SourceText:
    """One file's text and its places."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    @cached_property
    def lines(self) -> list[str]:
        """The lines as an editor shows them."""
        return self.text.split("\n")

    def source(self, line: int, column: int) -> Source:
        """Return a place, given line and column from 0."""
        return Source(self.file, line + 1, column + 1)

    def error(self, line: int, column: int, code: str, message: str, hint: str | None = None) -> Problem:
        """Return an error at a line and column from 0, with the user's own line."""
        return self._problem(Severity.ERROR, line, column, code, message, hint)

    def warning(self, line: int, column: int, code: str, message: str, hint: str | None = None) -> Problem:
        """Return a warning at a line and column from 0, with the user's own line."""
        return self._problem(Severity.WARNING, line, column, code, message, hint)

    def error_at(self, index: int, code: str, message: str, hint: str | None = None) -> Problem:
        """Return an error at a character of the text."""
        line = self.text.count("\n", 0, index)
        return self.error(line, index - (self.text.rfind("\n", 0, index) + 1), code, message, hint)

    def _problem(
        self, severity: Severity, line: int, column: int, code: str, message: str, hint: str | None
    ) -> Problem:
        excerpt = self.lines[line].rstrip("\r")[:MAX_EXCERPT] if line < len(self.lines) else None
        return Problem(severity, code, message, hint, self.source(line, column), excerpt)


def alike(word: str, known: Iterable[str]) -> list[str]:
    """Return at most one known word: the one that was probably meant."""
    from difflib import get_close_matches

    return get_close_matches(word, [*known], 1)


def short(text: str) -> str:
    """Return a value fit for a sentence."""
    if not text.isprintable():
        text = text.encode("unicode_escape").decode("ascii")
    return text if len(text) <= MAX_QUOTED else f"{text[: MAX_QUOTED - 1]}…"


def quote_it(text: str) -> str:
    """Return the hint for a value that lacks its quotes."""
    return f'Quote it: "{text}".' if len(text) <= MAX_QUOTED and text.isprintable() else "Quote it."


def decode(file: str, data: bytes) -> tuple[SourceText, list[Problem]]:
    """Return the text of a file and everything about it that forbids to parse it."""
    empty = SourceText(file, "")
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        message = f"the file is larger than {limit} MiB"
        return empty, [empty.error(0, 0, "file-too-large", message, "Split it into several files.")]
    if data.startswith(_UTF16):
        message = "the file is UTF-16; manifests are UTF-8"
        return empty, [empty.error(0, 0, "not-utf8", message, "Save it as UTF-8.")]
    data = data.removeprefix(b"\xef\xbb\xbf")  # Windows editors put one there; it carries no meaning
    try:
        text = SourceText(file, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        text = SourceText(file, data.decode("utf-8", errors="replace"))
        # Every bad sequence before this one would have been found first, so the prefix is whole.
        index = len(data[: error.start].decode("utf-8"))
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return text, [text.error_at(index, "not-utf8", message, "Save the file as UTF-8.")]
    return text, [*_markers(text), *_unprintable(text, data), *_tabs(text), *_directive(text)]


def _markers(text: SourceText) -> Iterator[Problem]:
    found = list(_MARKER.finditer(text.text))
    opening = [match for match in found if match[0].startswith("<")]
    for match in opening or found[:1]:
        message = "a merge conflict is left in the file"
        hint = "Keep one side, and remove the lines <<<<<<<, ======= and >>>>>>>."
        yield text.error_at(match.start(), "merge-conflict", message, hint)


def _unprintable(text: SourceText, data: bytes) -> Iterator[Problem]:
    if not data.translate(None, _PLAIN_ASCII):  # a hundred times faster than looking at each character
        return
    for match in re.finditer(_UNPRINTABLE, text.text):
        code = ord(match[0])
        escape = f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
        message = f"the character U+{code:04X} may not stand in a file as it is"
        hint = f'Remove it, or write "{escape}" in double quotes if a name really holds it.'
        yield text.error_at(match.start(), "control-character", message, hint)


def _tabs(text: SourceText) -> Iterator[Problem]:
    if "\t" not in text.text:
        return
    for number, line in enumerate(text.lines):
        before, tab, _ = line.partition("\t")
        if tab and not re.search(_COMMENT, before):
            hint = r'Indent with spaces; in a name write "\t" in double quotes.'
            yield text.error(number, len(before), "tab", "a tab may not stand here", hint)


def _directive(text: SourceText) -> Iterator[Problem]:
    if match := _DIRECTIVE.match(text.text):
        yield text.error_at(
            match.end() - 1, "directive", "YAML directives are not used here", "Remove the line."
        )
