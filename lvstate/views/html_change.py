"""One object of a plan as a card: what it means, where it is written, its fields before and after side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.views.html_text import anchor, code, compared, text, to_paste, told
from lvstate.views.terminal import look_alike, quote
from lvstate.views.text_change import ACTION_SYMBOLS, reference
from lvstate.views.wording import id_of, kind_key, origin_of, remarks_of, risks_of, sentences
from lvstate.views.wording_base import sides_of
from lvstate.views.wording_blocked import blocked_detail, blocked_sentence, blocked_way_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lvstate.model.change import Blocked, Change, FieldChange
    from lvstate.model.problem import Source
    from lvstate.model.resource import LiveId, Value

_SIDES = "<thead><tr><th>Field<th>Before<th>After<tbody>"
"""The heads of an update; what is new or gone has one side only, and the card says which."""


def change_card(
    change: Change, *, status: str = "", error: str | None = None, live_id: LiveId | None = None
) -> str:
    """Return a card; in a report with the `status` that the change came to, and what went wrong."""
    first, *others = sentences(change)
    symbol = ACTION_SYMBOLS[change.action][0].replace("-", "\u2212")
    risks = "".join(f"<li>{told(risk)}" for risk in risks_of(change))
    risk_list = f"<ul class=risk aria-label=Risky>{risks}</ul>" if risks else ""
    remarks = "".join(f"<p class=note>{told(remark)}</p>" for remark in remarks_of(change))
    known = id_of(change, live_id)
    tags = [status] if status else []
    tags += [origin_of(change)] if change.origin else []
    places = whereabouts(reference(change), known, change.source)
    key = anchor(change.id)
    data = f'data-a="{change.action}" data-k="{kind_key(change.kind)}"'
    data += f' data-o="{change.origin}"' if change.origin else ""
    data += f' data-s="{status}"' if status else ""
    return (
        f'<article class="c {status or change.action}" id="{key}" {data}>'
        f"<h4><b class=s aria-label={change.action}>{symbol}</b><span>{told(first)}</span>"
        f'<a class=p href="#{key}" aria-label="Link to this change">#</a></h4>'
        + "".join(f"<p>{told(sentence)}</p>" for sentence in others)
        + (f"<p class=error>{text(error)}</p>" if error else "")
        + risk_list
        + remarks
        + f"<p class=m>{''.join(f'<span class=t>{tag}</span>' for tag in tags)}{places}</p>"
        + _fields(change)
        + "</article>\n"
    )


def blocked_card(blocked: Blocked) -> str:
    """Return what is blocked, why, and what must happen."""
    where = blocked.kind if blocked.address is None else f"{blocked.kind}/{blocked.address}"
    only = (
        blocked.live_ids[0] if len(blocked.live_ids) == 1 and blocked.live_ids[0] != blocked.address else None
    )
    way_out = told(blocked_way_out(blocked))
    key = anchor(f"{where}:blocked")
    return (
        f'<article class="c blocked" id="{key}" data-a="blocked" data-k="{kind_key(blocked.kind)}">'
        f"<h4><b class=s aria-label=blocked>!</b><span>{told(blocked_sentence(blocked))}</span>"
        f'<a class=p href="#{key}" aria-label="Link to this item">#</a></h4>'
        + (f"<p><b>What must happen:</b> {way_out}</p>" if way_out else "")
        + (f"<p class=note>{told(detail)}</p>" if (detail := blocked_detail(blocked)) else "")
        + to_paste(blocked.suggestion)
        + f"<p class=m>{whereabouts(where, only, blocked.source)}</p></article>\n"
    )


def link_to(change: Change) -> str:
    """Return one line of the dangers on top, which leads to the card."""
    said = ". ".join(told(sentence) for sentence in sentences(change))
    risks = "".join(f"<li>{told(risk)}" for risk in risks_of(change))
    return f'<li><a href="#{anchor(change.id)}">{said}</a>' + (f"<ul>{risks}</ul>" if risks else "")


def whereabouts(ref: str, live_id: LiveId | None, source: Source | None) -> str:
    """Return the address, the id and the place in the user's files."""
    places = [code(ref)]
    if live_id is not None:
        places.append(f"<span>id {code(str(live_id))}</span>")
    if source is not None:
        places.append(code(f"{source.file}:{source.line}"))
    return " ".join(places)


# --- fields -----------------------------------------------------------------------------------


def _fields(change: Change) -> str:
    if not change.fields:
        return ""
    sides = dict(sides_of(change))
    rows = "".join(_row(change, field, sides.get(field.path)) for field in change.fields)
    head = _SIDES if change.action == "update" else ""
    return f'<table class="d {change.action}">{head}{rows}</table>'


def _row(change: Change, field: FieldChange, side: str | None) -> str:
    path = f"<tr><th scope=row>{text(field.path)}" + (f"<br><span class=t>{side}</span>" if side else "")
    match change.action:
        case "create":
            return f"{path}<td>{_value(field.after, 'ins')}"
        case "delete":
            return f"{path}<td>{_value(field.before, 'del')}"
        case "update":
            before, after = _sides(field.before, field.after)
            return f"{path}<td>{before}<td>{after}"


def _sides(before: Value | None, after: Value | None) -> tuple[str, str]:
    if isinstance(before, str) and isinstance(after, str):
        if look_alike(before, after):
            return compared(quote(before, only_ascii=True), quote(after, only_ascii=True))
        return compared(before, after)
    if isinstance(before, tuple) and isinstance(after, tuple):
        return _items(before, after, "del"), _items(after, before, "ins")
    return _value(before, "del"), _value(after, "ins")


def _value(value: Value | None, tag: str) -> str:
    match value:
        case None:
            return "<i class=e>none</i>"
        case "" | ():
            return "<i class=e>empty</i>"
        case int() | str():
            return f"<{tag}>{text(str(value))}</{tag}>"
        case tuple():
            return _items(value, (), tag)


def _items(values: Iterable[str], others: Iterable[str], tag: str) -> str:
    """Return a list whose items are marked that the other side does not have."""
    others = set(others)
    return (
        "<ul>"
        + "".join(f"<li>{text(v)}" if v in others else f"<li><{tag}>{text(v)}</{tag}>" for v in values)
        + "</ul>"
    )
