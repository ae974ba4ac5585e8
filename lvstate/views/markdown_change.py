"""One object of a plan in Markdown: in an admin's words, by its name alone, and as a technical diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.model.change import Delete
from lvstate.views.markdown_text import code, to_paste, told
from lvstate.views.terminal import escape, look_alike, quote, value_words
from lvstate.views.text_change import ACTION_SYMBOLS, reference
from lvstate.views.wording import id_of, origin_of, remarks_of, risks_of, sentences
from lvstate.views.wording_base import sides_of
from lvstate.views.wording_blocked import blocked_detail, blocked_sentence, blocked_way_out

if TYPE_CHECKING:
    from lvstate.model.change import Blocked, Change
    from lvstate.model.problem import Source
    from lvstate.model.resource import LiveId


def change_line(change: Change, limit: int | None = None) -> str:
    """Say what becomes of one object, for one item of a list."""
    said = ". ".join(told(sentence, limit) for sentence in sentences(change))
    tags = [f"({_origins(change, limit)})"] if change.origin == "both" else []
    tags += [f"(note: {told(remark, limit)})" for remark in remarks_of(change)]
    return " ".join([f"`{ACTION_SYMBOLS[change.action][0]}`", said, *tags])


def danger_line(change: Change) -> str:
    """Say the same with where it is written and what it does to what is stored."""
    said = ". ".join(told(sentence) for sentence in sentences(change))
    risks = "".join(f"\n  - **risky**: {told(risk)}" for risk in risks_of(change))
    origin = f" ({_origins(change)})" if change.origin else ""
    return f"{said}{origin} ({whereabouts(reference(change), id_of(change), change.source)}){risks}"


def _origins(change: Change, limit: int | None = None) -> str:
    """Return where a difference comes from; where both sides moved, field by field."""
    sides = [f"{code(path, limit)}: {words}" for path, words in sides_of(change)]
    return ", ".join(sides) or origin_of(change)


def blocked_line(blocked: Blocked) -> str:
    """Say what is blocked, why, and what must happen."""
    where = blocked.kind if blocked.address is None else f"{blocked.kind}/{blocked.address}"
    way_out = told(blocked_way_out(blocked))
    only = (
        blocked.live_ids[0] if len(blocked.live_ids) == 1 and blocked.live_ids[0] != blocked.address else None
    )
    place = whereabouts(where, only, blocked.source)
    lines = [f"{told(blocked_sentence(blocked))} ({place})"]
    lines += [f"**what must happen**: {way_out}"] if way_out else []
    lines += [told(detail)] if (detail := blocked_detail(blocked)) else []
    return "\n  - ".join(lines) + to_paste(blocked.suggestion)


def whereabouts(ref: str, live_id: LiveId | None, source: Source | None) -> str:
    """Return the address of an object, its id and its place in the user's files."""
    places = [code(ref)]
    if live_id is not None:
        places.append(f"id {code(str(live_id))}")
    if source is not None:
        places.append(code(f"{source.file}:{source.line}"))
    return ", ".join(places)


def name_of(name: str | None, live_id: LiveId | None, limit: int) -> str:
    """Return an object by its name, with its id where it has one."""
    known = code(name or "", limit) if name is not None else ""
    number = code(str(live_id), limit) if live_id is not None else ""
    return " ".join(part for part in (known, number) if part) or "(no name)"


def diff_lines(change: Change) -> list[str]:
    """Return one change as lines of a `diff` block, each begun by a sign of lvstate's own."""
    place = f" {escape(change.source.file)}:{change.source.line}" if change.source else ""
    remark = f" (id {escape(str(change.live_id))})" if change.live_id not in (None, change.address) else ""
    lines = [f"@@ {reference(change)} {quote(change.name)}{remark}{place} @@"]
    sides = dict(sides_of(change))
    for field in change.fields:
        alike = look_alike(field.before, field.after)
        if field.before is not None:
            lines.append(f"- {escape(field.path)}: {' '.join(value_words(field.before, only_ascii=alike))}")
        if field.after is not None:
            lines.append(f"+ {escape(field.path)}: {' '.join(value_words(field.after, only_ascii=alike))}")
        if field.path in sides:
            lines.append(f"! {escape(field.path)}: {sides[field.path]}")
    if isinstance(change, Delete) and change.in_use is not None:
        lines.append(f"! in use by {change.in_use}")
    return [*lines, *(f"! {escape(note)}" for note in change.notes)]
