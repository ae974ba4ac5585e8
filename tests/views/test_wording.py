"""What admins read: the table of all sentences, kept as a golden file, and what no sentence may do."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given

import lvstate
from lvstate.kinds import all_kinds, kind_named
from lvstate.model.change import Blocked, Create, Delete, FieldChange, Update, Usage
from lvstate.model.wording import Quoted
from lvstate.views.wording import is_risky, risks_of, sentences
from lvstate.views.wording_blocked import REASONS, blocked_sentence, blocked_way_out
from tests.model.plans import changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lvstate.model.change import ActionName, Change
    from lvstate.model.resource import Value
    from lvstate.model.wording import Sentence

GROUP, FIELD, CLASS, TYPE = "contact_group", "custom_field", "account_classification", "account_type"


def plain(sentence: Sentence) -> str:
    """A sentence with its values between stars."""
    return "".join(f"*{piece.text}*" if isinstance(piece, Quoted) else piece for piece in sentence)


def update(kind: str, address: str, called: str, /, **moved: tuple[Value | None, Value | None]) -> Update:
    """An update with the notes that the planner would give it."""
    fields = tuple(FieldChange(path, before, after) for path, (before, after) in moved.items())
    before = {field.path: field.before for field in fields if field.before is not None}
    after = {field.path: field.after for field in fields if field.after is not None}
    risks = kind_named(kind).risks(before, after) if kind in {k.name for k in all_kinds()} else ()
    return Update(kind, address, called, 7, fields, notes=tuple(f"risky: {risk}" for risk in risks))


def create(kind: str, address: str, called: str, /, **declared: Value) -> Create:
    fields = tuple(FieldChange(path, None, value) for path, value in declared.items())
    return Create(kind, address, called, fields)


def every_change() -> Iterator[Change]:
    """A change of every kind, action and field, and of every way a field can move."""
    yield create(GROUP, "early", "Early Stage", name="Early Stage")
    yield update(GROUP, "early", "Early Stage", name=("Early", "Early Stage"))
    for kind, noun in ((CLASS, "Gold"), (TYPE, "Bank")):
        yield create(kind, "a", noun, name=noun)
        yield create(kind, "a", noun, name=noun, level=3)
        yield update(kind, "a", noun, name=("Old", noun))
        yield update(kind, "a", noun, level=(None, 3))
        yield update(kind, "a", noun, level=(2, 3))
        yield update(kind, "a", noun, name=("Old", noun), level=(2, 3))
        for use in (None, Usage(0), Usage(1), Usage(12), Usage(1000, more=True)):
            yield Delete(kind, "a", noun, 7, (FieldChange("name", noun, None),), use)
    yield update(FIELD, "COL7", "Promise Date", label=(None, "Promise Date"))
    yield update(FIELD, "COL7", "Promise Date", label=("Date of Promise", "Promise Date"))
    yield update(FIELD, "COL7", "Promise Date", label=("PTP", "Promise Date"))
    for before, after in (
        (None, "LIST"),
        (None, "NUMBER"),
        ("STRING", "DATE"),
        ("NUMBER", "BOOLEAN"),
        ("LIST", "MOOD"),
    ):
        yield update(FIELD, "COL8", "Due", data_type=(before, after))
    colours = ("red", "blue", "green")
    for old, new in (
        (None, colours),
        (colours, ("red", "green")),
        (colours, ("green",)),
        (colours, (*colours, "teal")),
        (colours, (*colours, "teal", "pink")),
        (colours, ("red", "teal", "green")),
        (colours, ("green", "red", "blue")),
        (colours, ()),
        (("red", "red"), ("red",)),
    ):
        yield update(FIELD, "COL30", "Colour", list_values=(old, new))
    # Of a later version of lvstate, or of a plan that somebody wrote.
    yield create("queue", "q", "Main", title="Main")
    yield update("queue", "q", "Main", depth=(3, 4))
    yield update("queue", "q", "Main", depth=(None, "deep"))
    yield update("queue", "q", "Main", tags=(("a", "b"), ("b", "c")))
    yield Delete("queue", None, "Main", 7, ())
    yield Update(GROUP, "early", "Early Stage", 7, ())


def every_block() -> Iterator[Blocked]:
    """An item of every guard, and of one that has no words here."""
    for code in sorted(REASONS):
        ids = (181, 182) if code == "ambiguous-name" else (181,)
        action: ActionName = (
            "update" if code in {"pin-not-found", "label-missing", "unsafe-name"} else "delete"
        )
        if code in {"vanished", "renamed-without-trace", "renamed-live"}:
            action = "create"
        used = Usage(12) if code == "in-use" else None
        yield Blocked(TYPE, "legacy", "Legacy", action, code, "reason", "hint", ids, used)
    yield Blocked(TYPE, "legacy", "Legacy", "delete", "in-use", "reason", in_use=Usage(1))
    yield Blocked(TYPE, "legacy", None, "create", "tomorrow", "it is not yet time", "wait a day")
    yield Blocked("queue", None, None, None, "tomorrow", "it is not yet time")


def table() -> str:
    lines = []
    for change in every_change():
        moves = ", ".join(f"{f.path}: {f.before!r} -> {f.after!r}" for f in change.fields)
        lines.append(f"{change.kind} {change.action} ({moves or 'nothing'})")
        lines += [f"    {plain(sentence)}" for sentence in sentences(change)]
        lines += [f"    ! {plain(risk)}" for risk in risks_of(change)]
    for blocked in every_block():
        lines.append(f"blocked {blocked.kind} {blocked.action} ({blocked.code})")
        lines.append(f"    {plain(blocked_sentence(blocked))}")
        lines += [f"    > {plain(blocked_way_out(blocked))}"] if blocked_way_out(blocked) else []
    return "\n".join(lines) + "\n"


def test_the_sentences_are_the_golden_table(golden: Callable[[str, str], None]) -> None:
    golden("wording.txt", table())


def test_every_guard_of_the_engine_has_words() -> None:
    engine = Path(lvstate.__file__).parent / "engine"
    calls = [
        node
        for path in engine.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and "lock" in node.func.id.lower()
    ]
    codes = {
        value.value
        for call in calls
        for value in (*call.args, *(keyword.value for keyword in call.keywords))
        if isinstance(value, ast.Constant)
        and re.fullmatch(r"[a-z]+(-[a-z]+)+|protected|ignored", str(value.value))
    }
    assert {"vanished", "renamed-without-trace", "renamed-live"} <= set(REASONS)
    assert len(codes) >= 5
    assert codes <= set(REASONS)


def test_every_field_of_every_kind_is_in_the_table() -> None:
    told = {(change.kind, field.path) for change in every_change() for field in change.fields}
    assert {(kind.name, path) for kind in all_kinds() for path in kind.field_names} <= told


def test_a_list_that_loses_a_value_says_so_before_what_it_gains() -> None:
    change = update(FIELD, "COL30", "Colour", list_values=(("red", "blue"), ("red", "teal")))
    lost, gained = sentences(change)
    assert Quoted("blue") in lost
    assert Quoted("teal") in gained


def test_two_spellings_of_an_accent_are_told_apart() -> None:
    (sentence,) = sentences(update(GROUP, "a", "Cafe\u0301", name=("Caf\u00e9", "Cafe\u0301")))
    assert plain(sentence) == r"The contact group *Caf\xe9* will be called *Cafe\u0301*"


def test_a_risk_that_only_the_planner_knows_is_told_in_its_words() -> None:
    change = Update(FIELD, "COL7", "Due", "COL7", (), notes=("risky: the moon is full", "a remark"))
    assert is_risky(change)
    assert risks_of(change) == [(Quoted("the moon is full"),)]


@given(changes)
def test_every_change_is_told_in_at_least_one_sentence(change: Change) -> None:
    told = sentences(change)
    assert told
    assert all(sentence for sentence in told)
    assert bool(risks_of(change)) == is_risky(change)
