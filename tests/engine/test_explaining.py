"""What earlier runs left open is explained by what lives now, and journals never add a change to a plan."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvstate.engine.applier import apply_plan
from lvstate.engine.explaining import explain, findings, time_left
from lvstate.engine.planner import make_plan
from lvstate.model.change import Plan, Warning
from lvstate.model.history import NOTHING_BEFORE, History, Opening
from lvstate.model.journal_line import FIRST, written
from lvstate.model.journal_records import read_journal
from lvstate.model.project import EVERYTHING
from tests.engine.declarations import ACME, account_type, column, group, project, removal
from tests.engine.model_tenant import ModelTenant
from tests.engine.stepping import Stage

if TYPE_CHECKING:
    from lvstate.model.project import Project
    from lvstate.model.resource import Value

SENT = datetime(2026, 11, 21, 8, 0, 0, tzinfo=UTC)
START = {"event": "start", "url": ACME.url, "client": ACME.client, "environment": "production"}
GROUPS = {"event": "seen", "kind": "contact_group", "ids": [1]}


def intent(change: str = "contact_group/g:create", name: str = "G", **rest: Any) -> dict[str, Any]:
    fields = [{"path": "name", "before": None, "after": name}]
    return {"event": "intent", "change": change, "name": name, "fields": fields, **rest}


def outcome(status: str, change: str = "contact_group/g:create", **rest: Any) -> dict[str, Any]:
    return {"event": "outcome", "change": change, "status": status, **rest}


def journal(*records: dict[str, Any]) -> bytes:
    lines, before = [], FIRST
    for record in records:
        line, before = written({"time": SENT.isoformat(), **record}, before)
        lines.append(line + b"\n")
    return b"".join(lines)


def after(*runs: bytes) -> History:
    """The history of runs r1, r2 and so on."""
    read = {f"r{n}": read_journal(f"r{n}", data) for n, data in enumerate(runs, 1)}
    return History.of({name: run for name, run in read.items() if run is not None}).at(ACME)


def planned(tenant: ModelTenant, wanted: Project, history: History = NOTHING_BEFORE) -> Plan:
    return tenant.stage.run(make_plan(wanted, tenant, ACME, EVERYTHING, 4, history))[0]


def told(tenant: ModelTenant, wanted: Project, history: History) -> list[tuple[str, str | None, str]]:
    """The plan's warnings, without their first half, which says of which run they are."""
    plan = planned(tenant, wanted, history)
    return [(w.code, w.ref, w.message.partition("; ")[2]) for w in plan.warnings]


G = project(group("g", "G"))
KILLED = journal(START, GROUPS, intent())


# --- creates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ({1: "Keep"}, 'it was not done: no contact group that is new since has the name "G"'),
        ({1: "G"}, 'it was not done: no contact group that is new since has the name "G"'),
        ({1: "Keep", 4: "G"}, "it was done: contact group 4 has this name and did not live before"),
        ({4: "G", 5: "G"}, "it cannot be told: contact groups 4, 5 have this name and are new since"),
        ({4: "g"}, 'it was not done: no contact group that is new since has the name "G"'),
    ],
    ids=["absent", "of old", "landed", "twice", "another spelling"],
)
def test_a_create_that_a_kill_left_open_is_explained_by_ids_that_are_new(
    groups: dict[int, str], said: str
) -> None:
    tenant = ModelTenant(Stage(), contact_group={n: {"name": name} for n, name in groups.items()})
    assert told(tenant, G, after(KILLED)) == [("left-open", "contact_group/g:create", said)]


def test_without_the_ids_of_before_a_name_proves_nothing() -> None:
    tenant = ModelTenant(Stage(), contact_group={4: {"name": "G"}})
    ((_, _, said),) = told(tenant, G, after(journal(START, intent())))
    assert said.startswith("it cannot be told: contact group 4 has this name")


def test_an_object_that_another_run_made_is_no_evidence() -> None:
    tenant = ModelTenant(Stage(), contact_group={4: {"name": "G"}})
    later = journal(START, GROUPS, intent(), outcome("done", live_id=4))
    ((_, _, said),) = told(tenant, G, after(KILLED, later))
    assert said.startswith("it was not done")


def test_a_create_that_was_cut_in_half_says_what_is_missing() -> None:
    tenant = ModelTenant(Stage(), account_type={7: {"name": "N", "level": 1}})
    fields = [{"path": "name", "before": None, "after": "N"}, {"path": "level", "before": None, "after": 4}]
    made = {"event": "created", "change": "account_type/n:create", "live_id": 7}
    history = after(journal(START, intent("account_type/n:create", "N", fields=fields), made))
    ((_, _, said),) = told(tenant, project(account_type("n", "N", level=4)), history)
    assert said == "it was done: the service gave it the id 7, but its level is not what was wanted"


def test_an_outcome_that_is_not_known_is_told_as_that() -> None:
    history = after(journal(START, GROUPS, intent(), outcome("unknown")))
    (warning,) = planned(ModelTenant(Stage()), G, history).warnings
    assert warning.message.startswith("run r1 could not find out how this ended; it was not done")


# --- updates and deletes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("types", "said"),
    [
        ({7: ("T", 5)}, "it was done: account type 7 is as it was to be"),
        ({7: ("T", 1)}, "it was not done: account type 7 is as it was before"),
        ({7: ("T", 3)}, "it cannot be told: account type 7 is neither as it was before nor as it was to be"),
        ({}, "it cannot be told: account type 7 is gone since"),
    ],
    ids=["landed", "absent", "somebody else", "gone"],
)
def test_an_update_that_was_left_open_is_explained_by_before_and_after(
    types: dict[int, tuple[str, int]], said: str
) -> None:
    live: dict[int | str, dict[str, Value]] = {
        n: {"name": name, "level": level} for n, (name, level) in types.items()
    }
    fields = [{"path": "level", "before": 1, "after": 5}]
    history = after(journal(START, intent("account_type/t:update", "T", live_id=7, fields=fields)))
    wanted = project(account_type("t", "T", level=5))
    assert told(ModelTenant(Stage(), account_type=live), wanted, history) == [
        ("left-open", "account_type/t:update", said)
    ]


def test_a_slot_that_was_to_be_filled_and_is_still_empty_was_not_done() -> None:
    fields = [{"path": "label", "before": None, "after": "L"}]
    history = after(journal(START, intent("custom_field/COL1:update", "L", live_id="COL1", fields=fields)))
    ((_, _, said),) = told(ModelTenant(Stage()), project(column("COL1", label="L")), history)
    assert said == "it was not done: custom field COL1 is as it was before"


@pytest.mark.parametrize(
    ("live", "said"),
    [
        ({7: {"name": "T"}}, "it was not done: account type 7 still lives"),
        ({}, "it was done: account type 7 lives no more"),
    ],
)
def test_a_delete_that_was_left_open_is_explained_by_the_id(live: Any, said: str) -> None:
    history = after(journal(START, intent("account_type/t:delete", "T", live_id=7)))
    wanted = project(removal("account_type", "t", "T"))
    ((_, _, told_so),) = told(ModelTenant(Stage(), account_type=live), wanted, history)
    assert told_so == said


# --- how often it is told ----------------------------------------------------------------------


def test_each_open_change_is_told_exactly_once_and_warnings_are_not_in_the_fingerprint() -> None:
    batch = [intent("contact_group/g:create"), intent("contact_group/h:create", "H"), intent()]
    history = after(KILLED, journal(START, GROUPS, *batch))
    tenant = ModelTenant(Stage())
    plan = planned(tenant, G, history)
    assert [(w.message.split(" ")[1], w.ref) for w in plan.warnings] == [
        ("r1", "contact_group/g:create"),
        ("r2", "contact_group/g:create"),
        ("r2", "contact_group/h:create"),
    ]
    assert plan.fingerprint == planned(tenant, G).fingerprint


def test_what_an_apply_found_out_is_in_its_journal_and_not_told_again() -> None:
    tenant = ModelTenant(Stage(), contact_group={4: {"name": "G"}})
    history = after(KILLED)
    stage = tenant.stage
    made, snapshot = stage.run(make_plan(G, tenant, ACME, EVERYTHING, 4, history))
    opening = Opening(findings=findings(history, snapshot))
    stage.run(apply_plan(made, G, snapshot, tenant, run_id="r2", settle=0, parallelism=1, opening=opening))

    assert [r["event"] for r in stage.journal] == ["start", "resolved", "end"]
    again = after(KILLED, journal(*(dict(record) for record in stage.journal)))
    assert planned(tenant, G, again).warnings == ()
    assert again.runs[0].steps["contact_group/g:create"].resolution is not None


def test_a_kind_that_is_not_read_stays_open() -> None:
    history = after(KILLED)
    tenant = ModelTenant(Stage())
    wanted = project(account_type("t", "T"))
    ((code, ref, said),) = told(tenant, wanted, history)
    assert (code, ref) == ("left-open", "contact_group/g:create")
    assert said == "it is not looked up here: this run does not read any contact_group"
    assert findings(history, {}) == []


def test_runs_of_another_tenant_are_none_of_this_ones_business() -> None:
    other = journal({**START, "client": "OTHER"}, GROUPS, intent())
    assert planned(ModelTenant(Stage()), G, after(other)).warnings == ()


def test_a_cut_journal_is_told_until_an_apply_has_told_it() -> None:
    tenant = ModelTenant(Stage())
    cut = journal(START) + b'{"half'
    (warning,) = planned(tenant, G, after(cut)).warnings
    assert (warning.code, warning.ref) == ("journal-cut", None)
    assert "run r1: line 2 is not as it was written" in warning.message
    found = findings(after(cut), {})
    assert planned(tenant, G, after(cut, journal(START, *found))).warnings == ()


def test_changes_that_were_never_sent_are_in_the_journal_with_their_values() -> None:
    tenant = ModelTenant(Stage())
    tenant.stage.stopping = True
    made, snapshot = tenant.stage.run(make_plan(G, tenant, ACME, EVERYTHING, 4))
    tenant.stage.run(apply_plan(made, G, snapshot, tenant, run_id="r1", settle=0, parallelism=1))
    history = after(journal(*(dict(record) for record in tenant.stage.journal)))
    step = history.runs[0].steps["contact_group/g:create"]
    assert (step.status and step.status.value, step.open) == ("skipped", False)
    assert [(f.path, f.after) for f in step.fields] == [("name", "G")]


def test_an_apply_that_was_stopped_while_it_waited_resolves_nothing() -> None:
    tenant = ModelTenant(Stage())
    history = after(KILLED)
    made, snapshot = tenant.stage.run(make_plan(G, tenant, ACME, EVERYTHING, 4, history))
    tenant.stage.stopping = True
    opening = Opening(findings=findings(history, snapshot))
    tenant.stage.run(
        apply_plan(made, G, snapshot, tenant, run_id="r2", settle=0, parallelism=1, opening=opening)
    )
    assert tenant.stage.events("resolved") == []


# --- how long to wait --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passed", "left"),
    [(0, 60), (20, 40), (59.5, 0.5), (60, 0), (1e9, 0), (-5, 60), (-1e9, 60)],
)
def test_a_create_without_an_answer_may_land_for_the_rest_of_the_window_and_no_longer(
    passed: float, left: float
) -> None:
    seconds, run = time_left(after(KILLED), 60, SENT + timedelta(seconds=passed))
    assert seconds == left
    assert (run is not None) == (left > 0)


def test_nothing_is_waited_for_once_it_is_resolved_or_when_it_is_no_create() -> None:
    update = journal(START, intent("contact_group/g:update", live_id=1))
    resolved = {"event": "resolved", "run": "r1", "change": "contact_group/g:create", "verdict": "not-done"}
    for history in (after(update), after(KILLED, journal(START, resolved)), NOTHING_BEFORE):
        assert time_left(history, 60, SENT) == (0, None)


# --- what was renamed --------------------------------------------------------------------------

MADE = journal(START, GROUPS, intent(), outcome("done", live_id=4), {"event": "end", "converged": True})


def live(name: str) -> ModelTenant:
    return ModelTenant(Stage(), contact_group={4: {"name": name}})


@pytest.mark.parametrize("status", ["done", "failed"])
def test_what_a_run_made_and_somebody_renamed_is_not_made_again(status: str) -> None:
    history = after(journal(START, GROUPS, intent(), outcome(status, live_id=4)))
    plan = planned(live("Renamed"), G, history)
    assert plan.changes == ()
    (blocked,) = plan.blocked
    assert (blocked.code, blocked.action, blocked.live_ids) == ("renamed-live", "create", (4,))
    assert blocked.reason == 'lvstate made it before, as "G"; contact group 4 has the name "Renamed" now'
    assert "pin `id: 4`" in (blocked.hint or "")


def test_a_create_that_only_a_later_run_found_to_be_done_counts_too() -> None:
    found = {
        "event": "resolved",
        "run": "r1",
        "change": "contact_group/g:create",
        "verdict": "done",
        "live_id": 4,
    }
    plan = planned(live("Renamed"), G, after(KILLED, journal(START, found)))
    assert [b.code for b in plan.blocked] == ["renamed-live"]


@pytest.mark.parametrize(
    "wanted",
    [
        project(group("g", "G", pin=4)),
        project(group("g", "Renamed")),
        project(group("g", "G", previous=["Renamed"])),
        project(group("g", "G"), group("r", "Renamed")),
        project(group("g", "Quite another")),
        project(group("g", "G"), ignore=["contact_group/Ren*"]),
    ],
    ids=["pinned", "its new name", "previous name", "declared apart", "another name", "ignored"],
)
def test_the_block_is_lifted_by_saying_what_the_object_is(wanted: Project) -> None:
    assert planned(live("Renamed"), wanted, after(MADE)).blocked == ()


def test_a_rename_by_lvstate_itself_frees_the_old_name() -> None:
    fields = [{"path": "name", "before": "G", "after": "H"}]
    rename = intent("contact_group/g:update", "H", live_id=4, fields=fields)
    renamed = journal(START, rename, outcome("done", "contact_group/g:update", live_id=4))
    history = after(MADE, renamed)
    assert planned(live("H"), G, history).blocked == ()
    (blocked,) = planned(live("By hand"), project(group("g", "H")), history).blocked
    assert blocked.code == "renamed-live"


def test_an_id_that_did_not_live_in_between_is_another_object() -> None:
    gone = journal(START, {**GROUPS, "ids": [1]}, intent("contact_group/z:create", "Z"))
    assert planned(live("Renamed"), G, after(MADE, gone)).blocked == ()


def test_an_object_that_is_gone_may_be_made_again() -> None:
    assert [c.id for c in planned(ModelTenant(Stage()), G, after(MADE)).changes] == ["contact_group/g:create"]


# --- any bytes ---------------------------------------------------------------------------------

WANTED = project(
    group("a", "A"),
    group("b", "B", previous=["Old B"]),
    group("c", "C"),
    column("COL1", label="One"),
    account_type("n", "N", level=4),
    removal("account_type", "t", "T"),
)


def world() -> ModelTenant:
    return ModelTenant(
        Stage(),
        contact_group={1: {"name": "Old B"}, 2: {"name": "c"}, 3: {"name": "X"}},
        account_type={1: {"name": "T", "level": 1}, 2: {"name": "U", "level": 2}},
    )


_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["A", "C", "N", "T", "done", "failed", "unknown", "name", "contact_group", "r1", "r2"]),
)
_changes = st.sampled_from(
    [f"{where}:{action}" for where in ("contact_group/a", "contact_group/c", "account_type/n", "account_type/t",
     "custom_field/COL1", "queue/q", "contact_group/") for action in ("create", "update", "delete", "bless")]
)  # fmt: skip
_values = st.recursive(_scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=4)
_fields = st.lists(
    st.fixed_dictionaries({}, optional={"path": _scalars, "before": _values, "after": _values})
)
_keys = ("event", "change", "kind", "ids", "live_id", "status", "run", "verdict", "changes", "url", "blocked")
_records = st.one_of(
    st.builds(
        lambda event, change, live_id, rest: {
            "event": event,
            "change": change,
            "live_id": live_id,
            "name": "A",
            "status": "done",
            **rest,
        },
        st.sampled_from(["intent", "outcome", "created", "unanswered", "again", "resolved", "start", "seen"]),
        _changes,
        st.integers(1, 4),
        st.fixed_dictionaries(
            {},
            optional={
                "fields": _fields,
                "name": _scalars,
                "status": _scalars,
                "kind": _scalars,
                "ids": _values,
                "run": _scalars,
                "time": _scalars,
                "live_id": _values,
            },
        ),
    ),
    st.dictionaries(st.sampled_from(_keys), _values),
)


def _spelt(records: list[dict[str, Any]], summed: bool, start: bool) -> bytes:
    everything = [START, *records] if start else records
    if summed:
        return journal(*everything)
    return b"".join(json.dumps(record).encode() + b"\n" for record in everything)


_journals = st.one_of(
    st.binary(max_size=200),
    st.builds(_spelt, st.lists(_records, min_size=1, max_size=8), st.booleans(), st.booleans()),
    st.builds(
        lambda data, cut: data[:cut],
        st.builds(_spelt, st.lists(_records, min_size=1, max_size=5), st.just(value=True), st.booleans()),
        st.integers(0, 2000),
    ),
)


@given(st.lists(_journals, max_size=3))
@settings(max_examples=300)
def test_no_bytes_in_a_journal_add_a_change_or_alter_one(journals: list[bytes]) -> None:
    plain, history = planned(world(), WANTED), after(*journals)

    plan = planned(world(), WANTED, history)

    kept = {change.id for change in plan.changes}
    assert plan.changes == tuple(change for change in plain.changes if change.id in kept)
    assert set(plain.blocked) <= set(plan.blocked)
    assert {b.code for b in set(plan.blocked) - set(plain.blocked)} <= {"renamed-live"}
    assert [w for w in plan.warnings if w.code not in ("left-open", "journal-cut")] == list(plain.warnings)
    assert 0 <= time_left(history, 60, SENT)[0] <= 60
    open_before = [(run.id, step.change) for run, step in history.open_steps()]
    assert [(found.run.id, found.step.change) for found in explain(history, {})] == open_before
    assert all(isinstance(w, Warning) for w in plan.warnings)
    json.dumps(findings(history, {}))


@given(st.lists(_records, min_size=1, max_size=6))
@settings(max_examples=100)
def test_equal_journals_give_equal_plans(records: list[dict[str, Any]]) -> None:
    data = _spelt(records, summed=True, start=True)
    assert planned(world(), WANTED, after(data)) == planned(world(), WANTED, after(data))
