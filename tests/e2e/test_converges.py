"""The main job against the vendor's example tenant over HTTP: plan, apply, and nothing left to do."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.stage import Project, Tenant

MANIFEST = """\
version: 1

contact_groups:
  early-stage: Early Stage 1-30
  old-group:
    name: Older Group
    previous_names: [Old Group]

custom_fields:
  COL8: First Phone Status
  COL24: {label: Score, data_type: LIST, list_values: [low, high]}
  COL99: Promise Date

account_classifications:
  platinum: {name: Platinum, level: 9}
  iron: {name: Iron, level: 7}
  copper: Copper

account_types:
  clinic: {name: Clinic, previous_names: [Hospital], level: 2}

removed:
  account_types:
    advertisement: {name: Advertisement}
"""


def test_one_manifest_creates_renames_relabels_relevels_removes_and_converges(
    project: Project, tenant: Tenant
) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)
    before = tenant.everything()

    plan = project.run("plan", "--format", "json")
    applied = project.run("apply", "--yes", "--format", "json")
    after = tenant.everything()

    assert plan.document["summary"] == {"create": 3, "update": 6, "delete": 1, "unlisted": 14, "blocked": 0}
    assert applied.code == 0, applied.err
    assert applied.document["converged"] is True
    assert {o["status"] for o in applied.document["outcomes"]} == {"done"}
    groups = {g["id"]: g["name"] for g in after["groups"]["contactGroup"]}
    assert groups[1120] == "Older Group"
    assert list(groups.values()).count("Early Stage 1-30") == 1
    fields = {f["field"]: f for f in after["fields"]["customFields"]}
    assert fields["COL8"] == {"field": "COL8", "label": "First Phone Status", "dataType": "STRING"}
    assert fields["COL24"]["listValues"] == ["low", "high"]
    assert fields["COL99"]["label"] == "Promise Date"
    levels = {c["name"]: c["level"] for c in after["classifications"]}
    assert levels["Platinum"] == 9
    assert levels["Iron"] == 7
    assert [t["name"] for t in after["types"] if t["id"] in (48, 192)] == ["Clinic"]
    assert _undeclared(after) == _undeclared(before)


def _undeclared(live: dict) -> dict:  # type: ignore[type-arg]
    ours = {"Old Group", "Older Group", "Early Stage 1-30", "Platinum", "Iron", "Copper"}
    ours |= {"Hospital", "Clinic", "Advertisement"}
    return {
        "groups": [g for g in live["groups"]["contactGroup"] if g["name"] not in ours],
        "fields": [f for f in live["fields"]["customFields"] if f["field"] not in ("COL8", "COL24", "COL99")],
        "classifications": [c for c in live["classifications"] if c["name"] not in ours],
        "types": [t for t in live["types"] if t["name"] not in ours],
    }


def test_a_second_apply_sends_no_write(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)
    project.run("apply", "--yes")
    writes = tenant.writes()

    again = project.run("apply", "--yes", "--format", "json")

    assert again.code == 0
    assert again.document["outcomes"] == []
    assert tenant.writes() == writes
    assert len(writes) > 5


def test_reads_and_plans_send_no_write(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)
    for command in (
        ["plan"],
        ["drift"],
        ["export"],
        ["validate"],
        ["plan", "--out", "p.json"],
        ["show", "p.json"],
    ):
        project.run(*command)

    assert tenant.writes() == []


def test_an_export_followed_by_a_plan_is_empty(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url

    exported = project.run("export", "--out", "manifests")
    plan = project.run("plan", "--format", "json")

    assert exported.code == 0, exported.err
    assert plan.code == 0, plan.out + plan.err
    assert plan.document["summary"] == {"create": 0, "update": 0, "delete": 0, "unlisted": 0, "blocked": 0}
    groups = (project.root / "manifests/contact_groups.yaml").read_text(encoding="utf-8")
    assert [groups.count(str(i)) > 0 for i in (2200, 2201, 2202)] == [True, True, True]


def test_an_export_without_ids_pins_only_the_names_that_occur_twice(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url

    project.run("export", "--no-ids", "--out", "manifests")
    plan = project.run("plan", "--format", "json")

    assert plan.document["summary"]["blocked"] == 0
    assert plan.document["changes"] == []
    groups = (project.root / "manifests/contact_groups.yaml").read_text(encoding="utf-8")
    assert "2201" in groups
    assert "1120" not in groups


def test_2500_groups_are_read_in_three_requests(
    project: Project, start_tenant: Callable[..., Tenant]
) -> None:
    stamp = 1500000000000
    groups = [
        {
            "id": 5000 + n,
            "name": f"Group {n:04}",
            "createdBy": "a",
            "modifiedBy": "a",
            "createdAt": stamp,
            "modifiedAt": stamp,
        }
        for n in range(2500)
    ]
    tenant = start_tenant("empty", {"contact_groups": groups})
    project.url = tenant.url
    declared = "".join(f"  group-{n:04}: Group {n:04}\n" for n in range(1, 2500))
    project.write("manifests/groups.yaml", f"version: 1\ncontact_groups:\n{declared}  new: One more\n")

    plan = project.run("plan", "--format", "json")

    lists = sorted(r["query"] for r in tenant.requests() if r["path"].rstrip("/") == "/contact/contactGroups")
    assert lists == ["count=1000&offset=0", "count=1000&offset=1998", "count=1000&offset=999"]
    assert plan.document["summary"] == {"create": 1, "update": 0, "delete": 0, "unlisted": 1, "blocked": 0}
    assert plan.document["unlisted"][0]["name"] == "Group 0000"


def test_a_plan_saved_before_a_hand_made_edit_is_refused_and_nothing_is_written(
    project: Project, tenant: Tenant
) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)
    project.run("plan", "--out", "plan.json")
    tenant.call("PUT", "/account/classification/171", {"level": 3})

    refused = project.run("apply", "plan.json")

    assert refused.code == 5
    assert "moved since the plan" in refused.err
    assert tenant.writes() == []


def test_a_saved_plan_is_applied_once_without_being_asked(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)
    project.run("plan", "--out", "plan.json")

    first = project.run("apply", "plan.json")
    second = project.run("apply", "plan.json")

    assert (first.code, second.code) == (0, 5)


def test_drift_says_2_for_a_hand_made_edit_and_0_without(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)
    project.run("apply", "--yes")

    clean = project.run("drift")
    tenant.call("PUT", "/account/classification/171", {"level": 3})
    drifted = project.run("drift", "--format", "json")

    assert clean.code == 0, clean.out
    assert drifted.code == 2
    assert [c["id"] for c in drifted.document["changes"]] == ["account_classification/platinum:update"]
    assert drifted.document["changes"][0]["fields"] == [{"path": "level", "before": 3, "after": 9}]
