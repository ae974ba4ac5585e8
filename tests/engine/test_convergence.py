"""Whatever is declared and whatever lives: apply makes it so, once, and touches nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from lvstate.effects import Sleep
from lvstate.engine.names import look
from lvstate.kinds import all_kinds
from lvstate.model.attempt import Cause, NotDone
from lvstate.model.change import Create, Delete, Update, Usage
from lvstate.model.report import Status
from tests.engine.declarations import apply, declared, plan, project, removal
from tests.engine.model_tenant import COMMITTED, VANISHED, Answer, Lost, ModelTenant
from tests.engine.stepping import Stage

if TYPE_CHECKING:
    from lvstate.model.project import Project
    from lvstate.model.report import Report
    from lvstate.model.resource import Declared, LiveId, Removal, Value

Fields: TypeAlias = "st.SearchStrategy[dict[str, Any]]"

NAMES = ("A", "a", "B", "C", "D", "\u00e9", "e\u0301", "A\u200b")
LEVELLED = ("account_classification", "account_type")
KINDS = tuple(kind.name for kind in all_kinds())

names = st.sampled_from(NAMES)
live_names = st.sampled_from((*NAMES, "Z"))  # what is declared cannot be ignored: that is exit 3
ids = st.integers(1, 6)
levels = st.integers(0, 3)
objects_of_a_group: Fields = st.fixed_dictionaries({"name": live_names})
objects_with_level: Fields = st.fixed_dictionaries({"name": live_names}, optional={"level": levels})
values_of_a_list = st.lists(st.sampled_from("rgb"), min_size=1, max_size=3, unique=True).map(tuple)
columns: Fields = st.fixed_dictionaries(
    {"label": names},
    optional={"data_type": st.sampled_from(["STRING", "LIST"]), "list_values": values_of_a_list},
)
slots = st.sampled_from(["COL1", "COL2", "COL10"])


@dataclass(frozen=True)
class World:
    """A tenant and a project that may or may not fit together."""

    live: dict[str, dict[LiveId, dict[str, Value]]]
    used: frozenset[int]
    wanted: Project
    seed: int
    parallelism: int

    def tenant(self) -> ModelTenant:
        tenant = ModelTenant(Stage(self.seed), **self.live)
        tenant.accounts |= dict.fromkeys(self.used, Usage(2))
        return tenant


@st.composite
def worlds(draw: st.DrawFn) -> World:
    live: dict[str, dict[LiveId, dict[str, Value]]] = {
        "contact_group": draw(st.dictionaries(ids, objects_of_a_group, max_size=5)),
        "custom_field": draw(st.dictionaries(slots, columns, max_size=3)),
        **{kind: draw(st.dictionaries(ids, objects_with_level, max_size=5)) for kind in LEVELLED},
    }
    entries: list[Declared | Removal] = []
    for kind in KINDS:
        if kind == "custom_field":
            wanted = draw(st.dictionaries(slots, columns | columns.map(without_label), max_size=3))
            entries += [declared(kind, slot, **fields) for slot, fields in wanted.items() if fields]
        else:
            entries += draw(entries_of(kind, sorted(live[kind], key=str)))
    policy: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {
                "unlisted": st.dictionaries(
                    st.sampled_from(LEVELLED), st.sampled_from(["report", "ignore", "drift", "delete"])
                ),
                "protect": st.sampled_from([(), ("*/A",)]),
                "ignore": st.sampled_from([(), ("*/Z",)]),
                "max_deletes": st.sampled_from([0, 1, 5]),
                "empty_kind_allowed": st.booleans(),
            }
        )
    )
    return World(
        live,
        draw(st.frozensets(ids, max_size=2)),
        project(*entries, **policy),
        draw(st.integers(0, 99)),
        draw(st.sampled_from([1, 2, 8])),
    )


def without_label(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "label"}


@st.composite
def entries_of(draw: st.DrawFn, kind: str, live_ids: list[LiveId]) -> list[Declared | Removal]:
    """Entries as the loader lets them pass: no unpinned name twice, none both declared and removed."""
    entries: list[Declared | Removal] = []
    taken: set[str] = set()
    for address in ("one", "two", "three", "four"):
        name = draw(names)
        pin = draw(st.none() | st.sampled_from([i for i in live_ids if isinstance(i, int)] or [1]))
        if not draw(st.booleans()) or (pin is None and name in taken):
            continue
        taken.add(name)
        previous = tuple(n for n in draw(st.lists(live_names, max_size=2, unique=True)) if n != name)
        fields: dict[str, Any] = {"name": name}
        if kind in LEVELLED and draw(st.booleans()):
            fields["level"] = draw(levels)
        entries.append(declared(kind, address, pin=pin, previous=previous, **fields))
    if kind in LEVELLED and draw(st.booleans()):
        name = draw(names)
        if name not in taken:
            entries.append(removal(kind, "gone", name, in_use_allowed=draw(st.booleans())))
    return entries


def circling(report: Report, kind: str) -> set[str]:
    """The looks that renames pass on in a circle: one has to go first, and may then be left alone."""
    renames = [
        (look(str(f.before)), look(str(f.after)))
        for c in report.plan.changes
        if isinstance(c, Update) and c.kind == kind
        for f in c.fields
        if f.path == "name"
    ]
    reach = set(renames)
    for _ in renames:
        reach |= {(one, end) for one, middle in reach for start, end in renames if middle == start}
    return {one for one, end in reach if one == end}


def check_effects(world: World, tenant: ModelTenant, report: Report) -> None:
    """What changed is what the plan says, and nothing else; no two look alike that did not."""
    changes = report.plan.changes
    for kind in KINDS:
        before, after = world.live[kind], tenant.state(kind)
        updated = {c.live_id: c for c in changes if isinstance(c, Update) and c.kind == kind}
        deleted = {c.live_id for c in changes if isinstance(c, Delete) and c.kind == kind}
        created = [c for c in changes if isinstance(c, Create) and c.kind == kind]
        assert len(after) <= len(before) + len(created) + len(updated.keys() - before.keys())
        for live_id, fields in before.items():
            if live_id in updated:
                touched = {f.path for f in updated[live_id].fields}
                kept = {name: value for name, value in fields.items() if name not in touched}
                assert kept.items() <= after[live_id].items()
            elif live_id not in deleted:
                assert after[live_id] == fields
        if kind != "custom_field":
            lived, lives = (Counter(look(str(f["name"])) for f in side.values()) for side in (before, after))
            twins = {each for each, number in lives.items() if number > max(1, lived[each])}
            assert twins <= circling(report, kind)
    assert world.live["contact_group"].keys() <= tenant.state("contact_group").keys()


@settings(max_examples=100)
@given(worlds())
def test_a_second_apply_after_a_successful_one_writes_nothing(world: World) -> None:
    tenant = world.tenant()
    report = apply(tenant, world.wanted, parallelism=world.parallelism)
    assert {outcome.status for outcome in report.outcomes} <= {Status.DONE}
    check_effects(world, tenant, report)
    if report.plan.blocked:
        assert report.converged is False
        return
    assert report.converged is True
    written = len(tenant.writes)
    again = plan(tenant, world.wanted)
    assert again.empty
    assert apply(tenant, world.wanted).outcomes == ()
    assert len(tenant.writes) == written


@settings(max_examples=40)
@given(worlds())
def test_planning_writes_nothing_and_says_the_same_twice(world: World) -> None:
    tenant = world.tenant()
    first = plan(tenant, world.wanted)
    tenant.reversed = True
    assert plan(tenant, world.wanted, parallelism=1) == first
    assert tenant.writes == []
    assert {kind: tenant.state(kind) for kind in KINDS} == world.live


answers: st.SearchStrategy[Answer] = st.sampled_from(
    [
        None,
        None,
        COMMITTED,
        VANISHED,
        Lost(commits=20),
        Lost(commits=300),
        NotDone(Cause.REFUSED, "status 400"),
        NotDone(Cause.UNREACHABLE, "connection refused"),
    ]
)
scripts = st.dictionaries(
    st.tuples(st.sampled_from(["create", "update", "delete"]), st.sampled_from(KINDS)),
    st.lists(answers, min_size=1, max_size=5),
)


@settings(max_examples=100)
@given(worlds(), scripts)
def test_whatever_is_lost_or_refused_no_create_is_sent_twice_and_the_next_runs_converge(
    world: World, script: dict[tuple[str, str], list[Answer]]
) -> None:
    tenant = world.tenant()
    for call, those in script.items():
        tenant.answers[call].extend(those)
    report = apply(tenant, world.wanted, parallelism=world.parallelism)
    check_honesty(tenant, report)
    tenant.stage.run(long_enough())
    check_effects(world, tenant, report)
    if report.plan.blocked:
        return
    for each in tenant.answers.values():
        each.clear()
    apply(tenant, world.wanted)
    assert apply(tenant, world.wanted).outcomes == ()


async def long_enough() -> None:
    await Sleep(1000)


def check_honesty(tenant: ModelTenant, report: Report) -> None:
    """No create twice, nothing deleted after trouble, and done, failed and skipped are what they say."""
    creates = Counter((w.kind, w.fields["name"]) for w in tenant.sent("create"))
    assert all(number == 1 for number in creates.values())
    sent = {(w.kind, w.live_id) for w in tenant.writes if w.verb != "create"}
    trouble = False
    for outcome in report.outcomes:
        change = outcome.change
        if isinstance(change, Delete) and trouble:
            assert outcome.status is Status.SKIPPED
            assert (change.kind, change.live_id) not in sent
        trouble = trouble or outcome.status is not Status.DONE
        if outcome.status is Status.DONE and not isinstance(change, Delete):
            assert outcome.live_id is not None
            live = tenant.state(change.kind)[outcome.live_id]
            assert all(live[f.path] == f.after for f in change.fields)
        if outcome.status is Status.UNKNOWN:
            assert outcome.written
        if outcome.status is Status.SKIPPED and not isinstance(change, Create):
            assert (change.kind, change.live_id) not in sent
    if any(outcome.status is not Status.DONE for outcome in report.outcomes):
        assert report.converged is not True or late(report)


def late(report: Report) -> bool:
    """What is unknown may yet have happened when live is read back."""
    return any(outcome.status is Status.UNKNOWN for outcome in report.outcomes)
