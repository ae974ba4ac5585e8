"""A saved plan that somebody edited: either the edit changes nothing of what is applied, or the plan is refused.

An apply takes tenant, environment, selection, base and fingerprint from the file and plans again; it never
carries out what the file says. Each case is one edit, and says which of the two it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.stage import Project, Tenant

Edit = Callable[[dict[str, Any]], object]

MANIFEST = """\
version: 1
contact_groups:
  early: Early Stage
account_types:
  lab: {name: Lab, level: 77}
"""
BLOCKED = "removed:\n  account_classifications:\n    gold: {name: Gold}\n"


@pytest.fixture
def tenant(start_tenant: Callable[..., Tenant]) -> Tenant:
    """A tenant with a type to move, one to leave alone, and a classification that accounts use."""
    found = start_tenant()
    for name in ("Lab", "Clinic"):
        found.call("POST", "/account/types", {"name": name})
    return found


@pytest.fixture
def planned(project: Project, tenant: Tenant) -> dict[str, Any]:
    """The saved plan: one create and one update."""
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)
    ran = project.run("plan", "--format", "json", "--out", "plan.json")
    assert [change["action"] for change in ran.document["changes"]] == ["create", "update"]
    document: dict[str, Any] = ran.document
    return document


def _rename(plan: dict[str, Any]) -> None:
    plan["changes"][0]["name"] = "Taken"
    plan["changes"][0]["fields"][0]["after"] = "Taken"


def _add_delete(plan: dict[str, Any]) -> None:
    types = {unlisted["name"]: unlisted["live_id"] for unlisted in plan["unlisted"]}
    plan["changes"].append(
        {
            "id": "account_type/clinic:delete",
            "action": "delete",
            "kind": "account_type",
            "address": "clinic",
            "live_id": types["Clinic"],
            "name": "Clinic",
            "fields": [],
            "in_use": 0,
            "source": None,
            "origin": None,
            "notes": [],
        }
    )
    plan["summary"]["delete"] = 1


def _drop_change(plan: dict[str, Any]) -> None:
    del plan["changes"][0]
    plan["summary"]["create"] = 0


HARMLESS: dict[str, Edit] = {
    "another name": _rename,
    "a delete more": _add_delete,
    "a change less": _drop_change,
    "another object": lambda plan: plan["changes"][1].update(live_id=1),
    "another value": lambda plan: plan["changes"][1]["fields"][0].update(after=99),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_an_edit_of_what_a_plan_shows_changes_nothing_of_what_is_applied(
    project: Project, tenant: Tenant, planned: dict[str, Any], name: str
) -> None:
    HARMLESS[name](planned)
    project.write("edited.json", json.dumps(planned))
    before = {each["id"]: each for each in tenant.call("GET", "/account/types")}

    applied = project.run("apply", "edited.json", "--format", "json")

    assert applied.code == 0, applied.err
    assert [outcome["id"] for outcome in applied.document["outcomes"]] == [
        "contact_group/early:create",
        "account_type/lab:update",
    ]
    after = {each["id"]: each for each in tenant.call("GET", "/account/types")}
    assert after.keys() == before.keys()
    assert [each["name"] for i, each in after.items() if each["level"] == 77 and each != before[i]] == ["Lab"]
    groups = tenant.call("GET", "/contact/contactGroups?count=1000&offset=0")["contactGroup"]
    assert {"Early Stage"} == {group["name"] for group in groups} & {"Early Stage", "Taken"}


REFUSED: dict[str, tuple[Edit, int, str]] = {
    "another fingerprint": (lambda p: p.update(fingerprint="sha256:" + "0" * 64), 5, "moved since the plan"),
    "half a fingerprint": (lambda p: p.update(fingerprint=p["fingerprint"][:40]), 3, "fingerprint"),
    "a count": (lambda p: p["summary"].update(create=2), 3, "summary.create"),
    "a change less, and not its count": (lambda p: p["changes"].pop(), 3, "summary.update"),
    "another client": (lambda p: p["tenant"].update(client="ELSEWHERE"), 5, "the plan is for ELSEWHERE"),
    "another address": (lambda p: p["tenant"].update(url="http://127.0.0.1:1"), 5, "the plan is for"),
    "another environment": (lambda p: p.update(environment="nowhere"), 64, "nowhere"),
    "a selection": (
        lambda p: p.update(selection={"select": ["contact_group/*"], "exclude": []}),
        5,
        "moved since the plan",
    ),
    "read offline": (lambda p: p.update(offline=True), 3, "made offline"),
    "a version to come": (lambda p: p.update(format_version="2.0"), 3, "2.0"),
    "no changes at all": (lambda p: p.pop("changes"), 3, "changes"),
}


def test_an_edit_of_what_binds_a_plan_is_refused_and_nothing_is_written(
    project: Project, tenant: Tenant, planned: dict[str, Any]
) -> None:
    for name, (edit, code, said) in REFUSED.items():
        document = json.loads(json.dumps(planned))
        edit(document)
        project.write("edited.json", json.dumps(document))

        ran = project.run("apply", "edited.json")

        assert (name, ran.code, ran.out) == (name, code, ""), ran.err
        assert said in " ".join(ran.err.split()), name
    assert tenant.writes() == []


def test_a_blocked_item_taken_out_of_the_file_still_blocks(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST + BLOCKED)
    document = project.run("plan", "--format", "json").document
    assert document["blocked"].pop()["code"] == "in-use"
    document["summary"]["blocked"] = 0
    project.write("edited.json", json.dumps(document))

    ran = project.run("apply", "edited.json")

    assert (ran.code, ran.out) == (4, "")
    assert "blocked" in ran.err
    assert tenant.writes() == []


def test_a_plan_that_was_applied_is_stale_and_writes_nothing_more(
    project: Project, tenant: Tenant, planned: dict[str, Any]
) -> None:
    assert project.run("apply", "plan.json").code == 0
    writes = tenant.writes()

    again = project.run("apply", "plan.json")

    assert (again.code, again.out, tenant.writes()) == (5, "", writes)
    assert "nothing was written" in again.err
