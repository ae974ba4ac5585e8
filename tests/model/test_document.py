"""The plan document: there and back, and what is refused on the way."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from lvstate import __version__
from lvstate.errors import Exit, InvalidInput
from lvstate.model.change import Delete, Plan, Update, Usage
from lvstate.model.document import canonical, plan_document, plan_from_document
from tests.model.plans import plans
from tests.replacing import replace
from tests.views.examples import empty_plan, full_plan

if TYPE_CHECKING:
    from collections.abc import Callable


def without_expected(plan: Plan) -> Plan:
    """Take away what a document does not hold."""
    return replace(
        plan,
        changes=tuple(replace(c, expected={}) if isinstance(c, Update) else c for c in plan.changes),
    )


@given(plans)
def test_a_plan_survives_its_document(plan: Plan) -> None:
    written = json.dumps(plan_document(plan))
    assert plan_from_document(json.loads(written)) == without_expected(plan)


@given(plans)
@settings(max_examples=50)
def test_what_is_read_is_written_byte_for_byte_again(plan: Plan) -> None:
    written = json.dumps(plan_document(plan))
    assert json.dumps(plan_document(plan_from_document(json.loads(written)))) == written


def test_keys_stand_in_the_order_of_the_contract() -> None:
    document = plan_document(full_plan())
    assert list(document) == [
        "format_version",
        "lvstate_version",
        "fingerprint",
        "tenant",
        "environment",
        "selection",
        "summary",
        "changes",
        "blocked",
        "unlisted",
        "warnings",
    ]
    assert list(document["summary"]) == ["create", "update", "delete", "unlisted", "blocked"]
    plain = ["id", "action", "kind", "address", "live_id", "name", "fields", "source", "origin", "notes"]
    by_action = {change["action"]: list(change) for change in document["changes"]}
    assert by_action["create"] == by_action["update"] == plain
    assert [key for key in by_action["delete"] if key != "in_use"] == plain
    assert "in_use" in by_action["delete"]
    assert list(document["changes"][0]["source"]) == ["file", "line", "column"]
    assert list(document["changes"][0]["fields"][0]) == ["path", "before", "after"]
    wanted = ["kind", "address", "name", "action", "code", "reason", "live_ids"]
    assert [key for key in document["blocked"][0] if key in wanted] == wanted
    assert list(document["warnings"][0]) == ["code", "message", "address"]
    assert document["lvstate_version"] == __version__


def test_a_plan_of_everything_has_no_selection_and_a_plain_unlisted_object_no_drift() -> None:
    document = plan_document(replace(full_plan(), selection=empty_plan().selection))
    assert "selection" not in document
    assert [("drift" in unlisted) for unlisted in document["unlisted"][:3]] == [True, False, False]


def test_what_was_live_stays_out_of_the_document() -> None:
    plan = full_plan()
    assert any(isinstance(change, Update) and change.expected for change in plan.changes)
    assert "expected" not in json.dumps(plan_document(plan))


@pytest.mark.parametrize(
    ("usage", "written"),
    [(Usage(0), 0), (Usage(12), 12), (Usage(1000), 1000), (Usage(1000, more=True), "1000 or more")],
    ids=["none", "some", "exactly-1000", "many"],
)
def test_usage_is_a_number_until_counting_stopped(usage: Usage, written: Any) -> None:
    plan = full_plan()
    *others, delete = plan.changes
    assert isinstance(delete, Delete)
    plan = replace(plan, changes=(*others, replace(delete, in_use=usage)))
    document = plan_document(plan)
    assert document["changes"][-1]["in_use"] == written
    assert plan_from_document(document).changes[-1] == plan.changes[-1]


def test_additions_of_a_later_minor_version_are_passed_over() -> None:
    document = plan_document(full_plan())
    document["format_version"] = "1.7"
    document["new"] = [1]
    document["summary"]["replace"] = 3
    document["changes"][0]["new"] = {"a": None}
    document["tenant"]["new"] = 1
    assert plan_from_document(document) == without_expected(full_plan())


def test_a_later_major_version_is_refused_in_so_many_words() -> None:
    document = plan_document(empty_plan())
    document["format_version"] = "2.0"
    with pytest.raises(InvalidInput) as caught:
        plan_from_document(document)
    assert caught.value.message == f"this plan has format 2.0, and this lvstate ({__version__}) reads 1.x"
    assert caught.value.hint == "use the lvstate that made the plan, or make the plan again with this one"


def test_the_document_of_a_failure_is_told_from_a_plan() -> None:
    with pytest.raises(InvalidInput, match="report of a run that failed"):
        plan_from_document({"format_version": "1.0", "error": {"kind": "network"}})


def _set(*path: Any, to: Any) -> Callable[[Any], None]:
    def spoil(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = to

    return spoil


def _drop(*path: Any) -> Callable[[Any], None]:
    def spoil(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return spoil


SPOILT = [
    (_drop("fingerprint"), "fingerprint is missing"),
    (_drop("changes", 0, "source"), "changes[0].source is missing"),
    (_drop("blocked", 0, "live_ids"), "blocked[0].live_ids is missing"),
    (_drop("summary", "create"), "summary.create is missing"),
    (_set("format_version", to=1.0), "format_version should be text"),
    (_set("format_version", to="one"), "format_version should be a version such as 1.0"),
    (_set("format_version", to="0.9"), "format_version should be 1.x"),
    (_set("fingerprint", to="sha256:12"), "fingerprint should be sha256: and 64 hexadecimal digits"),
    (_set("lvstate_version", to=None), "lvstate_version should be text"),
    (_set("tenant", to="ACME"), "tenant should be an object"),
    (_set("tenant", "client", to=3), "tenant.client should be text"),
    (_set("changes", to={}), "changes should be an array"),
    (_set("changes", 0, to=None), "changes[0] should be an object"),
    (_set("changes", 0, "action", to="replace"), "changes[0].action should be one of create, upda"),
    (_set("changes", 0, "action", to=[]), "changes[0].action should be one of create, update, delete"),
    (_set("changes", 0, "live_id", to=4), "changes[0].live_id should be null for a create"),
    (
        _set("changes", 0, "id", to="x"),
        "changes[0].id does not fit the change's kind, address and action",
    ),
    (_set("changes", 1, "live_id", to=None), "changes[1].live_id should be an id"),
    (_set("changes", 1, "live_id", to=True), "changes[1].live_id should be an id"),
    (_set("changes", 0, "fields", 0, "after", to=1.5), "changes[0].fields[0].after should be text, a wh"),
    (_set("changes", 0, "fields", 0, "after", to=[1]), "changes[0].fields[0].after[0] should be text"),
    (_set("changes", 0, "source", "line", to=0), "line should be a whole number of at least 1"),
    (_set("changes", 0, "origin", to="git"), "origin should be one of manifest, drift, both"),
    (_set("changes", -1, "in_use", to="many"), "in_use should be a whole number of at least 0"),
    (_set("changes", -1, "in_use", to=True), "in_use should be a whole number of at least 0"),
    (_set("unlisted", 0, "drift", to="yes"), "unlisted[0].drift should be true or false"),
    (_set("summary", "create", to=9), "summary.create does not count what the plan lists, which is 2"),
    (_set("selection", "select", 0, to="x"), "selection.select[0] should be a pattern of the form kin"),
]


@pytest.mark.parametrize(("spoil", "said"), SPOILT, ids=[f"{n}-{said}" for n, (_, said) in enumerate(SPOILT)])
def test_a_spoilt_plan_is_refused_with_its_place(spoil: Callable[[Any], None], said: str) -> None:
    document = copy.deepcopy(plan_document(full_plan()))
    spoil(document)
    with pytest.raises(InvalidInput) as caught:
        plan_from_document(document)
    assert caught.value.message.startswith("this is not a plan: ")
    assert said in caught.value.message
    assert caught.value.exit_code is Exit.INVALID
    assert caught.value.hint


@pytest.mark.parametrize("document", [None, 3, "plan", [], {}, True], ids=repr)
def test_what_is_no_plan_at_all_is_refused(document: Any) -> None:
    with pytest.raises(InvalidInput, match="this is not a plan"):
        plan_from_document(document)


def test_canonical_bytes_know_no_order_no_spaces_and_only_ascii() -> None:
    assert canonical({"b": (1, "\u00e9"), "a": None}) == b'{"a":null,"b":[1,"\\u00e9"]}'
    assert canonical("\ud800") == b'"\\ud800"'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))
