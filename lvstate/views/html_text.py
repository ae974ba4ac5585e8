"""The grammar of HTML: every text that others wrote is escaped, isolated, and shows what people cannot see."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from html import escape as escape_html
from typing import TYPE_CHECKING
from urllib.parse import quote as percent_encoded

from lvstate.model.wording import Quoted
from lvstate.views.terminal import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lvstate.model.wording import Sentence

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_TOKENS_COMPARED = 400
"""Longer texts are shown whole: comparing takes time that grows with the square."""
_OWN_CODE = re.compile(r"`([^`]+)`")


def text(raw: str) -> str:
    """Return somebody else's text for the inside of an element; what cannot be seen is spelled."""
    return escape_html(escape(raw), quote=False)


def value(raw: str) -> str:
    """Return a name or a value inside a sentence, in its own direction."""
    return f"<bdi class=v>{text(raw)}</bdi>" if raw else "<i class=e>empty</i>"


def told(sentence: Sentence) -> str:
    """Return a sentence with its values marked; backticks in words of lvstate are code."""
    return "".join(value(piece.text) if isinstance(piece, Quoted) else own(piece) for piece in sentence)


def own(words: str) -> str:
    """Return words of lvstate, with code where they have backticks."""
    return _OWN_CODE.sub(r"<code>\1</code>", escape_html(words, quote=False))


def code(raw: str) -> str:
    """Return an address, an id or a place in a file."""
    return f"<code><bdi>{text(raw)}</bdi></code>"


def to_paste(yaml: str | None) -> str:
    """Return YAML to paste, line by line as it is to stand in the file; else nothing."""
    if yaml is None:
        return ""
    lines = "\n".join(map(text, yaml.split("\n")))
    return f'<pre class=y aria-label="YAML to paste"><code>{lines}</code></pre>'


def anchor(change_id: str) -> str:
    """Return the id of a change as the name of its place in the page, which its link can say unchanged."""
    return percent_encoded(change_id, safe="/:._-", errors="backslashreplace")


def compared(before: str, after: str) -> tuple[str, str]:
    """Return two texts with the words marked that are only in one of them."""
    if before == after:
        return text(before), text(after)
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) + len(new) > _TOKENS_COMPARED:
        return f"<del>{text(before)}</del>", f"<ins>{text(after)}</ins>"
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    # Words of which nothing but spaces and signs is left are two texts, not one that changed.
    same = "".join("".join(old[a:b]) for what, a, b, _, _ in steps if what == "equal")
    if not any(char.isalnum() for char in same):
        return _marked("del", old), _marked("ins", new)
    left = "".join(_run("del", old[a:b], what) for what, a, b, _, _ in steps)
    right = "".join(_run("ins", new[c:d], what) for what, _, _, c, d in steps)
    return left, right


def _run(tag: str, tokens: Sequence[str], what: str) -> str:
    return text("".join(tokens)) if what == "equal" else _marked(tag, tokens)


def _marked(tag: str, tokens: Sequence[str]) -> str:
    return f"<{tag}>{text(''.join(tokens))}</{tag}>" if tokens else ""
