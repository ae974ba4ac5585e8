"""Who moved each field, and what went without a trace: base, now and live compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstate.engine.draft import draft
from lvstate.engine.offline import offline_plan
from lvstate.engine.planner import finish
from lvstate.engine.threeway import as_drift, compare_with_base
from lvstate.kinds import kind_named
from lvstate.manifests import load_project
from lvstate.model.change import Blocked, Create, Plan, Usage, Warning
from lvstate.model.project import EVERYTHING, Baseline, Commit, Project, Selection
from lvstate.model.resource import Declared, Live, Removal
from tests.engine.declarations import (
    ACME,
    account_type,
    classification,
    column,
    group,
    project,
    removal,
    selection,
)
from tests.manifests.memory import MemoryFiles
from tests.replacing import replace

COMMIT = Commit("main", "a" * 40)
Entries = tuple[Declared | Removal, ...]
TenantObjects = dict[str, dict[int | str, dict[str, Any]]]


def three_way(
    base: Project | Entries,
    now: Project | Entries,
    live: TenantObjects,
    *,
    allow: tuple[str, ...] = (),
    chosen: Selection = EVERYTHING,
) -> Plan:
    """Plan against a base, for a tenant whose deletes no account uses."""
    then = base if isinstance(base, Project) else project(*base)
    head = now if isinstance(now, Project) else project(*now)
    head = replace(head, baseline=Baseline(COMMIT, then, allow))
    snapshot = {
        kind: tuple(Live(kind, live_id, fields) for live_id, fields in live.get(kind, {}).items())
        for kind in sorted(head.kinds())
    }
    drafted = draft(head, snapshot, chosen)
    compare_with_base(drafted, snapshot, Baseline(COMMIT, then, allow))
    return finish(drafted, {(d.kind, d.target): Usage(0) for d in drafted.deletes}, ACME)


def origins(plan: Plan) -> dict[str, tuple[str | None, dict[str, str | None]]]:
    return {c.id: (c.origin, {f.path: f.origin for f in c.fields}) for c in plan.changes}


def only_blocked(plan: Plan) -> Blocked:
    (blocked,) = plan.blocked
    return blocked


def only_warning(plan: Plan) -> Warning:
    (warning,) = plan.warnings
    return warning


GROUPS: TenantObjects = {"contact_group": {1: {"name": "Early"}, 2: {"name": "Late"}}}

# --- fields ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "now", "live", "origin"),
    [
        (1, 2, 1, "manifest"),
        (1, 1, 3, "drift"),
        (1, 2, 3, "both"),
        (None, 2, 3, "manifest"),
        (1, 2, None, "both"),
        (1, 1, None, "drift"),
        (None, 2, None, "manifest"),
    ],
)
def test_a_field_knows_who_moved_it(base: int | None, now: int, live: int | None, origin: str) -> None:
    def entry(level: int | None) -> Declared:
        return classification("gold", "Gold", **({} if level is None else {"level": level}))

    lives = {"name": "Gold"} if live is None else {"name": "Gold", "level": live}
    made = three_way((entry(base),), (entry(now),), {"account_classification": {7: lives}})
    assert origins(made) == {"account_classification/gold:update": (origin, {"level": origin})}


def test_a_change_that_holds_fields_of_the_manifests_and_of_drift_is_both() -> None:
    live: TenantObjects = {"account_classification": {7: {"name": "By hand", "level": 1}}}
    base = (classification("gold", "Gold", level=1, pin=7),)
    now = (classification("gold", "Gold", level=2, pin=7),)
    expected = {"account_classification/gold:update": ("both", {"name": "drift", "level": "manifest"})}
    assert origins(three_way(base, now, live)) == expected


levels = st.sampled_from([None, 1, 2, 3])
names = st.sampled_from(["Gold", "Silver", "Iron"])
rows = st.fixed_dictionaries({"name": names, "level": levels})


def entries(rows: dict[int, dict[str, Any]]) -> Entries:
    """Pinned declarations, one for each live id."""
    return tuple(
        classification(f"a{number}", pin=number, **{k: v for k, v in row.items() if v is not None})
        for number, row in rows.items()
    )


def living(rows: dict[int, dict[str, Any]]) -> TenantObjects:
    return {
        "account_classification": {n: {k: v for k, v in r.items() if v is not None} for n, r in rows.items()}
    }


tables = st.fixed_dictionaries(dict.fromkeys((1, 2, 3), rows))
sparse = st.dictionaries(st.sampled_from([1, 2, 3]), rows)


@given(sparse, tables, tables)
def test_every_field_of_every_change_has_an_origin_and_the_change_sums_them_up(
    base: dict[int, Any], now: dict[int, Any], live: dict[int, Any]
) -> None:
    made = three_way(entries(base), entries(now), living(live))
    for change in made.changes:
        of_fields = {field.origin for field in change.fields}
        assert None not in of_fields
        assert change.origin == (of_fields.pop() if len(of_fields) == 1 else "both")


@given(tables, tables)
def test_manifests_that_did_not_move_give_only_drift(now: dict[int, Any], live: dict[int, Any]) -> None:
    made = three_way(entries(now), entries(now), living(live))
    assert {change.origin for change in made.changes} <= {"drift"}


@given(sparse, tables)
def test_live_as_at_the_base_gives_only_changes_of_the_manifests(
    base: dict[int, Any], now: dict[int, Any]
) -> None:
    live = {number: base.get(number, row) for number, row in now.items()}
    made = three_way(entries(base), entries(now), living(live))
    assert {change.origin for change in made.changes} <= {"manifest"}


@given(sparse, tables, tables)
def test_a_base_changes_neither_the_changes_nor_the_fingerprint_of_updates(
    base: dict[int, Any], now: dict[int, Any], live: dict[int, Any]
) -> None:
    one = three_way(entries(base), entries(now), living(live))
    other = three_way(entries(now), entries(now), living(live))
    assert (one.fingerprint, [c.id for c in one.changes]) == (
        other.fingerprint,
        [c.id for c in other.changes],
    )


# --- deletes -----------------------------------------------------------------------------------

TYPES: TenantObjects = {"account_type": {1: {"name": "Old"}, 2: {"name": "Bank"}, 3: {"name": "Stray"}}}
BANK = account_type("bank", "Bank")


def test_a_removal_that_is_new_is_of_the_manifests() -> None:
    made = three_way((BANK,), (BANK, removal("account_type", "old", "Old")), TYPES)
    assert origins(made) == {"account_type/old:delete": ("manifest", {"name": "manifest"})}


def test_a_removal_that_the_base_had_reverts_drift() -> None:
    both = (BANK, removal("account_type", "old", "Old"))
    assert origins(three_way(both, both, TYPES)) == {"account_type/old:delete": ("drift", {"name": "drift"})}


def test_in_an_exclusive_kind_what_the_base_declared_goes_by_the_manifests_and_the_rest_by_drift() -> None:
    base = project(BANK, account_type("old", "Old"), unlisted={"account_type": "delete"})
    now = project(BANK, unlisted={"account_type": "delete"})
    found = {c.name: c.origin for c in three_way(base, now, TYPES).changes}
    assert found == {"Old": "manifest", "Stray": "drift"}


# --- creates that are not new ------------------------------------------------------------------


def test_a_new_address_is_created() -> None:
    made = three_way((), (group("new", "New"),), GROUPS)
    assert origins(made) == {"contact_group/new:create": ("manifest", {"name": "manifest"})}
    assert not made.blocked


def test_a_group_that_was_renamed_by_hand_blocks_and_its_likely_new_name_is_listed() -> None:
    same = (group("early", "Early Stage"),)
    live: TenantObjects = {"contact_group": {1: {"name": "Early Stage 1-30"}, 2: {"name": "Unlike"}}}
    made = three_way(same, same, live)
    blocked = only_blocked(made)
    assert (blocked.code, blocked.live_ids, blocked.suggestion) == ("vanished", (1,), "id: 1")
    assert blocked.hint is not None
    assert '"Early Stage 1-30" (id 1)' in blocked.hint
    assert "--allow-create contact_group/early" in blocked.hint
    assert not made.changes


def test_a_vanished_group_without_a_similar_one_blocks_too() -> None:
    same = (group("early", "Early"),)
    blocked = only_blocked(three_way(same, same, {"contact_group": {2: {"name": "Unlike it"}}}))
    assert (blocked.code, blocked.live_ids, blocked.suggestion) == ("vanished", (), None)


def test_a_candidate_that_another_address_declares_is_none() -> None:
    same = (group("a", "Early 1"), group("b", "Early 2"))
    blocked = only_blocked(three_way(same, same, {"contact_group": {2: {"name": "Early 2"}}}))
    assert (blocked.address, blocked.live_ids) == ("a", ())


def test_a_group_pinned_by_id_is_renamed_back() -> None:
    same = (group("early", "Early", pin=1),)
    made = three_way(same, same, {"contact_group": {1: {"name": "By hand"}}})
    assert origins(made) == {"contact_group/early:update": ("drift", {"name": "drift"})}


def test_a_vanished_group_is_created_where_that_is_allowed() -> None:
    same = (group("early", "Early"),)
    made = three_way(same, same, {}, allow=("contact_group/early",))
    assert origins(made) == {"contact_group/early:create": ("drift", {"name": "drift"})}
    assert made.changes[0].notes == ("created anew, as --allow-create says",)
    assert made.allow_create == ("contact_group/early",)


def test_a_vanished_object_of_a_kind_that_can_be_deleted_is_created_with_a_note() -> None:
    same = (account_type("old", "Old"),)
    made = three_way(same, same, {})
    assert origins(made) == {"account_type/old:create": ("drift", {"name": "drift"})}
    assert "not new in this change" in made.changes[0].notes[0]


def test_an_address_that_was_only_moved_is_not_new() -> None:
    blocked = only_blocked(three_way((group("a", "Early"),), (group("b", "Early"),), {}))
    assert (blocked.code, blocked.address) == ("vanished", "b")


@pytest.mark.parametrize("make", [group, account_type])
def test_a_name_changed_in_the_manifests_without_a_trace_blocks(make: Any) -> None:
    kind = make("x", "y").kind
    made = three_way((make("early", "Early"),), (make("early", "First"),), {kind: {1: {"name": "Early"}}})
    blocked = only_blocked(made)
    assert (blocked.code, blocked.live_ids) == ("renamed-without-trace", (1,))
    assert blocked.suggestion == 'previous_names: ["Early"]'


@pytest.mark.parametrize(
    "now",
    [
        (group("early", "First", previous=["Early"]),),
        (group("early", "First", pin=1),),
    ],
    ids=["previous_names", "pin"],
)
def test_a_trace_makes_it_a_rename(now: Entries) -> None:
    made = three_way((group("early", "Early"),), now, GROUPS)
    assert origins(made) == {"contact_group/early:update": ("manifest", {"name": "manifest"})}
    assert not made.blocked


def test_a_name_changed_without_a_trace_is_a_create_where_that_is_allowed() -> None:
    allow = ("contact_group/early",)
    made = three_way((group("early", "Early"),), (group("early", "First"),), GROUPS, allow=allow)
    assert [c.id for c in made.changes] == ["contact_group/early:create"]


def test_an_object_that_is_removed_may_be_replaced_under_its_address() -> None:
    now = (account_type("x", "New"), BANK, removal("account_type", "old", "Old"))
    made = three_way((account_type("x", "Old"), BANK), now, TYPES)
    assert [c.id for c in made.changes] == ["account_type/x:create", "account_type/old:delete"]


def test_an_address_whose_object_went_to_another_address_starts_anew() -> None:
    made = three_way((group("a", "Early"),), (group("a", "New"), group("b", "Early")), GROUPS)
    assert [(c.id, c.origin) for c in made.changes] == [("contact_group/a:create", "manifest")]
    assert not made.blocked


def test_a_rename_that_was_never_applied_is_found_by_the_name_that_lives() -> None:
    base = (group("early", "Second", previous=["Early"]),)
    blocked = only_blocked(three_way(base, (group("early", "Third"),), GROUPS))
    assert (blocked.code, blocked.suggestion) == ("renamed-without-trace", 'previous_names: ["Early"]')


def test_the_line_to_paste_keeps_the_names_that_are_there() -> None:
    now = (group("early", "First", previous=["Zero"]),)
    blocked = only_blocked(three_way((group("early", "Early"),), now, GROUPS))
    assert blocked.suggestion == 'previous_names: ["Early", "Zero"]'


def test_of_two_objects_with_the_old_name_one_has_to_be_pinned() -> None:
    live: TenantObjects = {"contact_group": {1: {"name": "Early"}, 2: {"name": "Early"}}}
    blocked = only_blocked(three_way((group("a", "Early"),), (group("a", "First"),), live))
    assert (blocked.live_ids, blocked.suggestion) == ((1, 2), "id: 1")


def test_the_fingerprint_covers_what_a_base_blocks() -> None:
    same = (group("early", "Early"),)
    blocked, allowed = three_way(same, same, {}), three_way(same, same, {}, allow=("contact_group/early",))
    assert blocked.fingerprint != allowed.fingerprint
    assert allowed.fingerprint == three_way((), same, {}).fingerprint


group_names = st.lists(st.sampled_from(["A", "B", "C", "Early", "Early 1"]), unique=True, max_size=4)


@given(group_names, st.lists(st.sampled_from(["A", "B", "C", "Early", "Early 1", "Other"]), max_size=4))
def test_without_a_new_address_no_group_is_ever_created(declared: list[str], live: list[str]) -> None:
    same = tuple(group(f"g{number}", name) for number, name in enumerate(declared))
    made = three_way(same, same, {"contact_group": {n: {"name": name} for n, name in enumerate(live, 1)}})
    assert not [change for change in made.changes if isinstance(change, Create)]


# --- addresses that vanished -------------------------------------------------------------------


def test_an_address_that_vanished_is_named_with_the_entry_that_deletes_it() -> None:
    warning = only_warning(three_way((BANK, account_type("old", "Old", pin=1)), (BANK,), TYPES))
    assert (warning.code, warning.ref) == ("no-longer-declared", "account_type/old")
    assert warning.suggestion == 'removed:\n  account_types:\n    "old": {name: "Old", id: 1}'


def test_of_what_cannot_be_deleted_it_is_said_that_it_stays() -> None:
    warning = only_warning(
        three_way((group("a", "Early"), group("b", "Late")), (group("b", "Late"),), GROUPS)
    )
    assert (warning.ref, warning.suggestion) == ("contact_group/a", None)
    assert "stays live and becomes unlisted" in warning.message
    live: TenantObjects = {"custom_field": {"COL1": {"label": "Due"}}}
    field = only_warning(
        three_way(
            (column("COL1", label="Due"), column("COL2", label="x")), (column("COL2", label="x"),), live
        )
    )
    assert (field.ref, field.suggestion) == ("custom_field/COL1", None)


def test_a_whole_kind_that_vanished_is_warned_of_although_it_is_not_read() -> None:
    made = three_way((account_type("old", "Old"), group("a", "Early")), (group("a", "Early"),), GROUPS)
    assert [(w.code, w.ref) for w in made.warnings] == [("no-longer-declared", "account_type/old")]


def test_a_likely_rename_is_told_with_the_line_to_paste() -> None:
    base, now = (group("early", "Early Stage"),), (group("early-stage", "Early Stage 1-30"),)
    made = three_way(base, now, {"contact_group": {1: {"name": "Early Stage"}}})
    warning = only_warning(made)
    assert (warning.code, warning.ref) == ("likely-rename", "contact_group/early")
    assert warning.suggestion == 'previous_names: ["Early Stage"]'
    assert "contact_group/early-stage" in warning.message


@pytest.mark.parametrize(
    "now",
    [
        (BANK, account_type("moved", "Old")),
        (BANK, account_type("moved", "Newer", previous=["Old"])),
        (BANK, removal("account_type", "old", "Old")),
        (BANK, account_type("other", "Other", pin=1)),
    ],
    ids=["moved", "renamed", "removed", "pinned"],
)
def test_what_the_manifests_still_speak_of_did_not_vanish(now: Entries) -> None:
    assert three_way((BANK, account_type("old", "Old")), now, TYPES).warnings == ()


def test_what_is_left_alone_in_this_environment_or_does_not_live_did_not_vanish() -> None:
    old = account_type("old", "Old")
    assert three_way((BANK, old), project(BANK, released=[old]), TYPES).warnings == ()
    assert three_way((BANK, account_type("gone", "Gone")), (BANK,), TYPES).warnings == ()


def test_a_narrowed_run_speaks_only_of_what_it_looks_at() -> None:
    base = (group("a", "Early"), group("b", "Late"))
    made = three_way(
        base, (group("c", "Third"),), GROUPS, chosen=selection("contact_group/a", "contact_group/c")
    )
    assert [w.ref for w in made.warnings] == ["contact_group/a"]


NAMES = [
    "Legacy 2019",
    'say "no"',
    "${var.region}",
    "back\\slash",
    "tab\tand\nline",
    "\u202egnihsif",
    "near \u8fd1",
    "no",
]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_to_be_pasted_reads_back_as_the_name(name: str) -> None:
    live: TenantObjects = {"account_type": {1: {"name": name}, 2: {"name": "Bank"}}}
    warning = only_warning(three_way((BANK, account_type("no", name)), (BANK,), live))
    assert warning.suggestion is not None
    assert warning.suggestion.replace("\n", "").isprintable()
    blocked = only_blocked(three_way((account_type("no", name),), (account_type("no", "Other"), BANK), live))
    text = f"version: 1\naccount_types:\n  bank:\n    name: Bank\n    {blocked.suggestion}\n{warning.suggestion}\n"
    files = MemoryFiles(
        {"lvstate.yaml": "version: 1\nenvironments: {e: {url: 'emulator:'}}\n", "manifests/a.yaml": text}
    )
    # The name of the entry to delete is declared as a previous name above: no matter, both are read.
    read = load_project(Path("p"), files=files)
    assert read.declared[0].previous_names == (name,)
    assert (read.removals[0].address, read.removals[0].name) == ("no", name)


# --- drift and offline -------------------------------------------------------------------------


def test_against_the_manifests_of_the_base_everything_is_drift() -> None:
    made = as_drift(three_way((), (group("new", "New"),), GROUPS), COMMIT)
    assert origins(made) == {"contact_group/new:create": ("drift", {"name": "drift"})}
    assert made.base == COMMIT


def offline(base: Entries, now: Entries, **more: Any) -> Plan:
    return offline_plan(replace(project(*now, **more), baseline=Baseline(COMMIT, project(*base))), EVERYTHING)


def test_offline_the_manifests_alone_are_compared() -> None:
    base = (
        group("same", "Same"),
        group("early", "Early"),
        classification("gold", "Gold", level=1),
        column("COL1", label="Due"),
        account_type("old", "Old"),
        BANK,
    )
    now = (
        group("same", "Same"),
        group("early", "First", previous=["Early"]),
        group("new", "New"),
        classification("gold", "Gold", level=2),
        column("COL1", label="Due date"),
        removal("account_type", "old", "Old"),
        removal("account_type", "stray", "Stray"),
        BANK,
    )
    made = offline(base, now)
    assert made.offline
    assert [(c.id, c.live_id, c.origin) for c in made.changes] == [
        ("contact_group/early:update", None, "manifest"),
        ("contact_group/new:create", None, "manifest"),
        ("custom_field/COL1:update", "COL1", "manifest"),
        ("account_classification/gold:update", None, "manifest"),
        ("account_type/old:delete", None, "manifest"),
        ("account_type/stray:delete", None, "manifest"),
    ]
    assert [w.code for w in made.warnings] == ["offline"]
    assert made.unlisted == ()


def test_offline_nothing_moved_is_nothing_to_do() -> None:
    same = (group("a", "A"), column("COL1", data_type="STRING"), removal("account_type", "x", "X"), BANK)
    assert offline(same, same).empty


def test_offline_a_pin_is_believed() -> None:
    made = offline((group("a", "A"),), (group("a", "A", pin=5), group("b", "B", pin=6)))
    assert made.empty
    made = offline((group("a", "A"),), (group("a", "A2", pin=5),))
    assert [(c.id, c.live_id) for c in made.changes] == [("contact_group/a:update", 5)]


def test_offline_a_rename_without_a_trace_blocks_and_no_made_up_id_is_shown() -> None:
    made = offline((group("a", "A"),), (group("a", "Quite another"),))
    assert (only_blocked(made).code, only_blocked(made).live_ids) == ("renamed-without-trace", ())


def test_offline_protection_and_the_limit_still_count() -> None:
    gone = tuple(removal("account_type", f"t{n}", f"T{n}") for n in range(3))
    there = tuple(account_type(f"t{n}", f"T{n}") for n in range(3))
    assert {b.code for b in offline(there, gone, max_deletes=2).blocked} == {"delete-limit"}
    assert {b.code for b in offline(there, gone, protect=["account_type/T*"]).blocked} == {"protected"}
    assert [c.action for c in offline(there, gone).changes] == ["delete"] * 3


def test_a_field_that_the_base_left_out_has_no_value_before() -> None:
    (change,) = offline(
        (column("COL1", data_type="STRING"),), (column("COL1", label="Due", data_type="STRING"),)
    ).changes
    assert [(f.path, f.before, f.after) for f in change.fields] == [("label", None, "Due")]


def test_a_plan_made_offline_names_no_object_to_write_to() -> None:
    (change,) = offline((group("a", "A"),), (group("a", "B", previous=["A"]),)).changes
    assert not isinstance(change, Create)
    with pytest.raises(ValueError, match="without reading live"):
        _ = change.target


def test_many_groups_that_all_vanished_are_told_quickly() -> None:
    same = tuple(group(f"g{n}", f"Group {n}") for n in range(1000))
    live: TenantObjects = {"contact_group": {n: {"name": f"Team {n}"} for n in range(1, 1001)}}
    made = three_way(same, same, live)
    assert len(made.blocked) == 1000
    assert kind_named("contact_group").name in {b.kind for b in made.blocked}
