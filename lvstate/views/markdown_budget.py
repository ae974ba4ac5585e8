"""Fits a document into the comment limit of a code host: what is folded shrinks first, dangers are never cut unseen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

GITHUB_LIMIT = 65_536
"""Characters of a comment; GitLab takes 1,000,000, Azure DevOps 150,000, Bitbucket 32,768."""

SHORT = 60
"""How much of a value is shown where names are all that fits."""


class Section(NamedTuple):
    """A part of a document in its forms, the fullest first."""

    forms: tuple[str, ...]


class Danger(NamedTuple):
    """A part that must be seen: shown in full, else by name, else as many names as fit."""

    full: str
    heading: str
    names: tuple[str, ...]

    def short(self, room: int | None = None) -> tuple[str, int]:
        """Return the names that fit into `room` characters, and how many do not."""
        text = self.heading
        for place, name in enumerate(self.names):
            if room is not None and len(text) + len(name) + 2 > room:
                return (f"{text}\n\n" if place else ""), len(self.names) - place
            text += f"{', ' if place else ' '}{name}"
        return f"{text}\n\n", 0


Part = Section | Danger
Head = Callable[[int, bool], str]
"""(how many dangers could not be shown, whether anything was shortened) -> the beginning of the document."""


def fitted(head: Head, parts: Sequence[Part], limit: int) -> str:
    """Return head and parts within `limit` characters.

    The longest folded part gives way first, form by form; when all have, the longest danger is told by
    names; when that is too long too, the names are cut and the head counts what is not shown.
    """
    room = limit - len(head(10**9, True))
    forms = [0] * len(parts)
    texts = [part.full if isinstance(part, Danger) else part.forms[0] for part in parts]
    for kind in (Section, Danger):
        while sum(map(len, texts)) > room:
            longest = max(
                (
                    place
                    for place, part in enumerate(parts)
                    if isinstance(part, kind) and _gives(part, forms[place])
                ),
                key=lambda place: len(texts[place]),
                default=None,
            )
            if longest is None:
                break
            forms[longest] += 1
            part = parts[longest]
            texts[longest] = part.short()[0] if isinstance(part, Danger) else part.forms[forms[longest]]
    hidden = 0
    for place, part in reversed(list(enumerate(parts))):
        over = sum(map(len, texts)) - room
        if over > 0 and isinstance(part, Danger):
            texts[place], missing = part.short(max(0, len(texts[place]) - over))
            hidden += missing
    return head(hidden, any(forms)) + "".join(texts)


def _gives(part: Part, form: int) -> bool:
    return form < (1 if isinstance(part, Danger) else len(part.forms) - 1)
