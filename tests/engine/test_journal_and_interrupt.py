"""Every write is on disk before it is sent and after it is answered; a stopped run starts nothing new."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from lvstate.errors import LvstateError
from lvstate.model.attempt import Cause, NotDone
from lvstate.model.report import Status
from lvstate.model.resource import Declared, Removal
from tests.engine.declarations import account_type, apply, column, group, only, project, removal
from tests.engine.model_tenant import COMMITTED, VANISHED, Lost, ModelTenant
from tests.engine.stepping import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lvstate.model.project import Project

MIXED = project(
    group("g", "G"),
    group("h", "H", previous=["Old H"]),
    column("COL1", label="One"),
    column("COL2", label="Two"),
    account_type("n", "New", level=4),
    account_type("a", "A", level=5),
    removal("account_type", "b", "B"),
)


def mixed_tenant(seed: int = 0) -> ModelTenant:
    return ModelTenant(
        Stage(seed),
        contact_group={1: {"name": "Old H"}},
        account_type={1: {"name": "A", "level": 1}, 2: {"name": "B", "level": 2}, 3: {"name": "C"}},
    )


def refusing(event: str, after: int = 0) -> Callable[[Mapping[str, Any]], LvstateError | None]:
    """A disk that is full from the given record of an event on."""
    seen = Counter[str]()

    def full(record: Mapping[str, Any]) -> LvstateError | None:
        seen[record["event"]] += 1
        return LvstateError("the disk is full") if seen[event] > after else None

    return full


# --- the journal -------------------------------------------------------------------------------


def test_the_journal_starts_with_the_plan_and_ends_with_the_result() -> None:
    tenant = mixed_tenant()
    report = apply(tenant, MIXED)
    first, last = tenant.stage.journal[0], tenant.stage.journal[-1]
    assert (first["event"], first["run"], first["fingerprint"]) == ("start", "run-1", report.plan.fingerprint)
    assert first["changes"] == [change.id for change in report.plan.changes]
    assert (first["url"], first["client"], first["environment"]) == (
        "https://api.na4.livevox.com",
        "ACME",
        "production",
    )
    assert (last["event"], last["run"], last["converged"], last["done"]) == ("end", "run-1", True, 7)
    assert last["failed"] == last["unknown"] == last["stale"] == last["skipped"] == 0


@pytest.mark.parametrize("seed", range(5))
def test_each_change_has_an_intent_with_its_values_and_then_an_outcome(seed: int) -> None:
    tenant = mixed_tenant(seed)
    report = apply(tenant, MIXED, parallelism=8)
    for outcome in report.outcomes:
        records = [r for r in tenant.stage.journal if r.get("change") == outcome.change.id]
        events = [r["event"] for r in records]
        assert (events[0], events[-1]) == ("intent", "outcome")
        fields = [{"path": f.path, "before": f.before, "after": f.after} for f in outcome.change.fields]
        assert records[0]["fields"] == fields
        assert records[0].get("live_id") == outcome.change.live_id
        assert (records[-1]["status"], records[-1]["live_id"]) == ("done", outcome.live_id)


def test_the_outcome_record_holds_the_error() -> None:
    tenant = ModelTenant(Stage())
    tenant.answers["create", "contact_group"].append(NotDone(Cause.REFUSED, "status 400: no"))
    apply(tenant, project(group("g", "G")))
    (record,) = tenant.stage.events("outcome")
    assert (record["status"], record["error"]) == ("failed", "status 400: no")


SPOILT: dict[str, list[Lost | NotDone]] = {
    "honest": [],
    "lost": [VANISHED, VANISHED, COMMITTED],
    "refused": [NotDone(Cause.REFUSED, "no")],
}


@pytest.mark.parametrize("answers", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("verb", ["create", "update", "delete"])
def test_no_write_is_sent_without_a_record_of_its_own_before_it(
    verb: str, answers: list[Lost | NotDone]
) -> None:
    """Also when it is sent again, one by one, or as the second half of a create."""
    for wanted in (MIXED, project(*MIXED.declared)):
        tenant = mixed_tenant()
        for kind in ("contact_group", "custom_field", "account_type"):
            tenant.answers[verb, kind].extend(answers)
        tenant.stage = Announced(tenant)
        apply(tenant, wanted, settle=0, parallelism=1)
        assert isinstance(tenant.stage, Announced)
        assert tenant.stage.unannounced == []


class Announced(Stage):
    """Compares, at every record, the writes sent so far with those that were announced."""

    def __init__(self, tenant: ModelTenant) -> None:
        super().__init__()
        self.tenant = tenant
        self.unannounced: list[str] = []
        self._known = 0
        self.full_disk = self._look

    def _look(self, record: Mapping[str, Any]) -> None:
        """Between two records at most one request may have been sent, and it follows an announcement."""
        sent = [r for r in self.tenant.requests if r.split()[0] in ("create", "update", "delete")]
        new, self._known = sent[self._known :], len(sent)
        announced = bool(self.journal) and self.journal[-1]["event"] in ("intent", "created", "again")
        if len(new) > 1 or (new and not announced):
            self.unannounced += [f"{new} before {record}"]


def test_a_lost_create_is_on_disk_before_the_listing_is_polled() -> None:
    tenant = ModelTenant(Stage())
    tenant.answers["create", "contact_group"].append(VANISHED)
    apply(tenant, project(group("g", "G")))
    assert [r["event"] for r in tenant.stage.journal] == [
        "start",
        "seen",
        "intent",
        "unanswered",
        "outcome",
        "end",
    ]
    assert tenant.stage.journal[3]["reason"] == "connection reset"


def test_an_id_is_on_disk_before_the_level_is_sent() -> None:
    tenant = ModelTenant(Stage())
    apply(tenant, project(account_type("n", "New", level=4)))
    (record,) = tenant.stage.events("created")
    assert record["live_id"] == 9001


def test_a_journal_that_cannot_be_started_stops_the_run_before_anything_is_sent() -> None:
    tenant = mixed_tenant()
    tenant.stage.full_disk = refusing("start")
    with pytest.raises(LvstateError, match="the disk is full"):
        apply(tenant, MIXED)
    assert tenant.writes == []


@pytest.mark.parametrize(
    "wanted",
    [
        project(group("g", "G"), group("i", "I")),
        project(account_type("a", "A", level=5), account_type("c", "C", level=6)),
        project(removal("account_type", "b", "B"), removal("account_type", "c", "C")),
        project(column("COL1", label="One"), column("COL2", label="Two")),
    ],
    ids=["create", "update", "delete", "batch"],
)
def test_a_write_whose_intent_cannot_be_journalled_is_not_sent_and_nor_is_anything_after_it(
    wanted: Project,
) -> None:
    tenant = mixed_tenant()
    tenant.stage.full_disk = refusing("intent")
    report = apply(tenant, wanted, parallelism=1)
    assert tenant.writes == []
    assert report.outcomes[0].status is Status.FAILED
    assert report.outcomes[0].error == "the disk is full"
    assert not any(outcome.written for outcome in report.outcomes)
    assert {o.status for o in report.outcomes} <= {Status.FAILED, Status.SKIPPED}


def test_nothing_is_sent_after_an_outcome_that_could_not_be_journalled() -> None:
    tenant = mixed_tenant()
    tenant.stage.full_disk = refusing("outcome")
    report = apply(tenant, project(group("g", "G"), group("i", "I"), group("j", "J")), parallelism=1)
    assert [o.status for o in report.outcomes] == [Status.DONE, Status.FAILED, Status.SKIPPED]
    assert "the disk is full" in (report.outcomes[1].error or "")
    assert len(tenant.writes) == 1


def test_a_level_is_not_sent_when_the_create_before_it_cannot_be_journalled() -> None:
    tenant = mixed_tenant()
    tenant.stage.full_disk = refusing("created")
    outcome = only(apply(tenant, project(account_type("n", "New", level=4))))
    assert [w.verb for w in tenant.writes] == ["create"]
    assert (outcome.status, outcome.live_id, outcome.written) == (Status.FAILED, 9001, True)
    assert "the disk is full" in (outcome.error or "")


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_a_lost_write_is_not_sent_again_when_that_cannot_be_journalled(verb: str) -> None:
    tenant = mixed_tenant()
    tenant.answers[verb, "account_type"].append(VANISHED)
    wanted: dict[str, Declared | Removal] = {
        "update": account_type("a", "A", level=5),
        "delete": removal("account_type", "a", "A"),
    }
    seen = Counter[str]()

    def full(record: Mapping[str, Any]) -> LvstateError | None:
        seen[record["event"]] += 1
        return LvstateError("the disk is full") if seen["again"] or seen["intent"] > 1 else None

    tenant.stage.full_disk = full
    outcome = only(apply(tenant, project(wanted[verb])))
    assert (outcome.status, outcome.written) == (Status.UNKNOWN, True)
    assert len(tenant.writes) == 1


# --- stopping ----------------------------------------------------------------------------------


def test_a_run_that_is_stopped_before_it_begins_writes_nothing() -> None:
    tenant = mixed_tenant()

    def stop() -> None:
        tenant.stage.stopping = True

    report = apply(tenant, MIXED, then=stop)
    assert {o.status for o in report.outcomes} == {Status.SKIPPED}
    assert all(
        "interrupted" in (o.error or "") or "deleted after" in (o.error or "") for o in report.outcomes
    )
    assert tenant.writes == []


@pytest.mark.parametrize("seed", range(6))
def test_a_stopped_run_ends_the_writes_under_way_and_starts_none(seed: int) -> None:
    tenant = ModelTenant(Stage(seed))
    under_way: list[int] = []

    def stop() -> None:
        tenant.stage.stopping = True
        under_way.append(len(tenant.writes))

    tenant.meanwhile["create", "contact_group"].append(stop)
    report = apply(tenant, project(*(group(f"g{n}", f"G{n}") for n in range(9))), parallelism=3)
    counts = Counter(outcome.status for outcome in report.outcomes)
    assert under_way[0] <= 3
    assert len(tenant.writes) == under_way[0]
    assert counts == {Status.DONE: under_way[0], Status.SKIPPED: 9 - under_way[0]}
    assert len(tenant.state("contact_group")) == under_way[0]


def test_nothing_is_deleted_once_a_run_is_stopped() -> None:
    tenant = mixed_tenant()

    def stop() -> None:
        tenant.stage.stopping = True

    tenant.meanwhile["update", "account_type"].append(stop)
    wanted = project(account_type("a", "A", level=5), removal("account_type", "b", "B"))
    report = apply(tenant, wanted)
    assert [o.status for o in report.outcomes] == [Status.DONE, Status.SKIPPED]


def test_a_write_that_a_stopped_run_did_not_send_any_more_is_skipped() -> None:
    """Stopped between the read and the write: the client says so, and nothing was written."""
    tenant = mixed_tenant()

    def stop() -> None:
        tenant.stage.stopping = True

    tenant.meanwhile["read", "account_type"].append(stop)
    outcome = only(apply(tenant, project(account_type("a", "A", level=5))))
    assert (outcome.status, outcome.written) == (Status.SKIPPED, False)
    assert tenant.writes == []


@pytest.mark.parametrize("commit", [COMMITTED, VANISHED], ids=["committed", "lost"])
@pytest.mark.parametrize(
    ("verb", "wanted"),
    [
        ("update", project(account_type("a", "A", level=5))),
        ("delete", project(removal("account_type", "a", "A"))),
        ("create", project(account_type("n", "New"))),
    ],
    ids=["update", "delete", "create"],
)
def test_a_write_that_was_lost_while_the_run_was_stopped_is_looked_up_but_not_sent_again(
    verb: str, wanted: Project, commit: Lost
) -> None:
    tenant = mixed_tenant()
    tenant.answers[verb, "account_type"].append(commit)

    def stop() -> None:
        tenant.stage.stopping = True

    tenant.meanwhile[verb, "account_type"].append(stop)
    outcome = only(apply(tenant, wanted))
    assert outcome.status is (Status.DONE if commit is COMMITTED else Status.UNKNOWN)
    assert outcome.written
    assert len(tenant.writes) == 1
    assert tenant.stage.now < 5


def test_a_level_that_a_stopped_run_did_not_send_any_more_leaves_the_create_failed_with_its_id() -> None:
    tenant = mixed_tenant()

    def stop() -> None:
        tenant.stage.stopping = True

    tenant.meanwhile["create", "account_type"].append(stop)
    outcome = only(apply(tenant, project(account_type("n", "New", level=4))))
    assert (outcome.status, outcome.live_id, outcome.written) == (Status.FAILED, 9001, True)
    assert [w.verb for w in tenant.writes] == ["create"]


def test_renames_behind_one_that_the_stop_skipped_are_skipped_too() -> None:
    tenant = ModelTenant(Stage(), contact_group={1: {"name": "A"}, 2: {"name": "B"}})

    def stop() -> None:
        tenant.stage.stopping = True

    tenant.meanwhile["read", "contact_group"].append(stop)
    report = apply(tenant, project(group("a", "B", pin=1), group("b", "C", pin=2)))
    assert [o.status for o in report.outcomes] == [Status.SKIPPED, Status.SKIPPED]
    assert tenant.writes == []


@pytest.mark.parametrize("when", ["update", "delete"])
def test_a_stopped_run_reads_nothing_back_and_says_that_it_was_interrupted(when: str) -> None:
    tenant = mixed_tenant()

    def stop() -> None:
        tenant.stage.stopping = True

    tenant.meanwhile[when, "account_type"].append(stop)
    wanted = project(account_type("a", "A", level=5), removal("account_type", "b", "B"))
    report = apply(tenant, wanted)
    assert (report.converged, report.remaining, report.interrupted) == (None, (), True)
    assert [request for request in tenant.requests if request.startswith("list")] == []
    assert tenant.stage.journal[-1]["converged"] is None


def test_a_run_that_nobody_stops_was_not_interrupted() -> None:
    assert apply(mixed_tenant(), MIXED).interrupted is False


# --- what lived before -------------------------------------------------------------------------


def test_the_ids_that_lived_before_are_on_disk_for_each_kind_with_creates() -> None:
    """So that whoever looks after a crash can tell a create that landed from an object of old."""
    tenant = mixed_tenant()
    tenant.reversed = True
    apply(tenant, MIXED)
    assert [r["event"] for r in tenant.stage.journal[:4]] == ["start", "seen", "seen", "intent"]
    assert tenant.stage.events("seen") == [
        {"event": "seen", "kind": "contact_group", "ids": [1]},
        {"event": "seen", "kind": "account_type", "ids": [1, 2, 3]},
    ]


def test_ids_that_cannot_be_journalled_stop_the_run_before_anything_is_sent() -> None:
    tenant = mixed_tenant()
    tenant.stage.full_disk = refusing("seen")
    with pytest.raises(LvstateError, match="the disk is full"):
        apply(tenant, MIXED)
    assert tenant.writes == []
