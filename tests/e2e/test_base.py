"""Pull requests: the manifests at a Git ref, the manifests now and a tenant behind HTTP, through the real command."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stage import Project, Tenant
from tests.manifests.git import Clone, repository

MANIFEST = """\
version: 1
contact_groups:
  early: Early Stage
  late: Late Stage
account_types:
  clinic: {name: Clinic, level: 3}
  lab: {name: Lab, level: 4}
"""
GROUPS = "/contact/contactGroups"


@pytest.fixture
def tenant(start_tenant: Callable[..., Tenant]) -> Tenant:
    """A tenant in which every name occurs once."""
    return start_tenant(seed="empty")


@pytest.fixture
def committed(project: Project, tenant: Tenant) -> Clone:
    """A project on main of a repository."""
    project.url = tenant.url
    project.write("manifests/all.yaml", MANIFEST)
    project.write(".gitignore", ".lvstate/\n.state/\n")
    made = repository(project.root)
    made.commit()
    return made


@pytest.fixture
def clone(project: Project, committed: Clone) -> Clone:
    """The same, and applied."""
    assert project.run("apply", "--yes").code == 0
    return committed


def groups(tenant: Tenant) -> dict[str, int]:
    """The groups by name; a name that occurs twice fails."""
    found = tenant.call("GET", f"{GROUPS}?count=1000&offset=0")["contactGroup"]
    assert len({g["name"] for g in found}) == len(found)
    return {g["name"]: g["id"] for g in found}


def rename(tenant: Tenant, old: str, new: str) -> int:
    """Rename a group by hand, as in the portal."""
    number = groups(tenant)[old]
    tenant.call("PUT", f"{GROUPS}/{number}", {"name": new})
    return number


def edit(project: Project, *changes: tuple[str, str]) -> None:
    """Replace text in the manifest."""
    text = (project.root / "manifests/all.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    project.write("manifests/all.yaml", text)


def origins(document: Any) -> dict[str, str | None]:
    return {change["id"]: change["origin"] for change in document["changes"]}


# --- plan, apply, drift ------------------------------------------------------------------------


def test_a_branch_and_an_edit_by_hand_are_told_apart_and_applied_exactly(
    project: Project, tenant: Tenant, clone: Clone
) -> None:
    clone.git("checkout", "--quiet", "-b", "change")
    edit(
        project,
        ("  late: Late Stage\n", "  late: Late Stage\n  new: Fresh Accounts\n"),
        ("Lab, level: 4", "Lab, level: 5"),
    )
    clone.commit()
    types = {t["name"]: t for t in tenant.call("GET", "/account/types")}
    clinic = types["Clinic"]["id"]
    tenant.call("PUT", f"/account/types/{clinic}", {"name": "Clinic", "level": 9})

    shown = project.run("plan", "--base", "main")
    planned = project.run("plan", "--base", "main", "--format", "json", "--out", "plan.json")

    assert shown.code == 0, shown.err
    this_change, _, drift = shown.out.partition("\nDrift (")
    assert "contact_group/new" in this_change
    assert "account_type/lab" in this_change
    assert "account_type/clinic" in drift
    assert "level: 9 -> 3" in drift
    assert origins(planned.document) == {
        "contact_group/new:create": "manifest",
        "account_type/clinic:update": "drift",
        "account_type/lab:update": "manifest",
    }
    assert planned.document["base"] == {"ref": "main", "commit": clone.git("rev-parse", "main")}
    assert project.run("show", "plan.json").out == shown.out

    applied = project.run("apply", "plan.json", "--format", "json")

    assert applied.code == 0, applied.err
    assert applied.document["converged"] is True
    assert project.run("plan", "--base", "main", "--format", "json").document["changes"] == []
    assert project.run("drift").code == 0


def test_drift_at_a_ref_takes_the_manifests_from_there(
    project: Project, tenant: Tenant, clone: Clone
) -> None:
    edit(project, ("Late Stage", "Something else"))
    assert project.run("drift", "--base", "main").code == 0
    assert project.run("drift").code == 2
    clinic = next(t for t in tenant.call("GET", "/account/types") if t["name"] == "Clinic")
    tenant.call("PUT", f"/account/types/{clinic['id']}", {"name": "Clinic", "level": 9})
    found = project.run("drift", "--base", "main", "--format", "json")
    assert found.code == 2
    assert origins(found.document) == {"account_type/clinic:update": "drift"}


def test_the_base_may_come_from_a_variable(project: Project, clone: Clone) -> None:
    planned = project.run("plan", "--format", "json", LVSTATE_BASE="main")
    assert planned.document["base"]["ref"] == "main"


# --- never a second group ----------------------------------------------------------------------


def test_a_group_renamed_by_hand_is_not_made_again(project: Project, tenant: Tenant, clone: Clone) -> None:
    number = rename(tenant, "Early Stage", "Early Stage (new)")
    before = groups(tenant)

    planned = project.run("plan", "--base", "main", "--format", "json", "--out", "plan.json")
    (blocked,) = planned.document["blocked"]
    applied = [
        project.run("apply", "plan.json"),
        project.run("apply", "--base", "main", "--yes"),
        project.run("apply", "--base", "main", "--expect", planned.document["fingerprint"]),
        project.run("apply", "plan.json", "--skip-blocked"),
    ]

    assert planned.code == 4
    assert (blocked["code"], blocked["live_ids"], blocked["suggestion"]) == (
        "vanished",
        [number],
        f"id: {number}",
    )
    assert [ran.code for ran in applied] == [4, 4, 4, 4]
    assert groups(tenant) == before

    edit(project, ("early: Early Stage", f"early:\n    name: Early Stage\n    {blocked['suggestion']}"))
    pinned = project.run("plan", "--base", "main", "--format", "json")
    assert origins(pinned.document) == {"contact_group/early:update": "drift"}
    assert project.run("apply", "--base", "main", "--yes").code == 0
    assert groups(tenant) == {**{k: v for k, v in before.items() if v != number}, "Early Stage": number}


def test_a_name_edited_in_the_manifests_alone_is_not_made_again(
    project: Project, tenant: Tenant, clone: Clone
) -> None:
    before = groups(tenant)
    edit(project, ("early: Early Stage", "early: Early Stage 1-30"))

    planned = project.run("plan", "--base", "main", "--format", "json")
    (blocked,) = planned.document["blocked"]

    assert (planned.code, blocked["code"]) == (4, "renamed-without-trace")
    assert project.run("apply", "--base", "main", "--yes").code == 4
    assert groups(tenant) == before

    line = f"early:\n    name: Early Stage 1-30\n    {blocked['suggestion']}"
    edit(project, ("early: Early Stage 1-30", line))
    assert project.run("apply", "--base", "main", "--yes").code == 0
    assert groups(tenant)["Early Stage 1-30"] == before["Early Stage"]
    assert len(groups(tenant)) == len(before)


@pytest.mark.parametrize("by", ["saved plan", "fingerprint"])
def test_what_was_allowed_to_be_created_is_applied_as_approved(
    project: Project, tenant: Tenant, clone: Clone, by: str
) -> None:
    rename(tenant, "Early Stage", "Something else")
    allowed = ("--base", "main", "--allow-create", "contact_group/early")

    planned = project.run("plan", *allowed, "--format", "json", "--out", "plan.json")

    assert planned.code == 0
    assert planned.document["allow_create"] == ["contact_group/early"]
    assert origins(planned.document) == {"contact_group/early:create": "drift"}
    fingerprint = planned.document["fingerprint"]
    assert project.run("apply", "--base", "main", "--expect", fingerprint).code == 5
    assert "Early Stage" not in groups(tenant)
    if by == "saved plan":
        clone.commit({"later.txt": "main moves on; the plan keeps its commit"})
        applied = project.run("apply", "plan.json")
    else:
        applied = project.run("apply", *allowed, "--expect", fingerprint)
    assert applied.code == 0, applied.err
    assert "Early Stage" in groups(tenant)


def test_a_vanished_address_is_named_with_the_entry_to_paste_which_then_deletes_it(
    project: Project, tenant: Tenant, clone: Clone
) -> None:
    edit(project, ("  lab: {name: Lab, level: 4}\n", ""))
    planned = project.run("plan", "--base", "main", "--format", "json")
    (warning,) = planned.document["warnings"]
    assert (planned.document["changes"], warning["address"]) == ([], "account_type/lab")
    text = (project.root / "manifests/all.yaml").read_text("utf-8")
    project.write("manifests/all.yaml", f"{text}{warning['suggestion']}\n")
    assert project.run("apply", "--base", "main", "--yes").code == 0
    assert "Lab" not in {t["name"] for t in tenant.call("GET", "/account/types")}


# --- offline -----------------------------------------------------------------------------------

BARE = {f"LVSTATE_{name}": "" for name in ("ACCESS_TOKEN", "CLIENT", "USERNAME", "PASSWORD", "URL")}
PRODUCTION = """\
version: 1
environments:
  production: {url: "https://api.na4.livevox.com", client: ACME}
"""


def test_offline_the_manifests_are_compared_without_tenant_or_credentials(
    project: Project, tenant: Tenant, clone: Clone
) -> None:
    clone.commit({"lvstate.yaml": PRODUCTION})
    edit(project, ("Lab, level: 4", "Lab, level: 5"), ("  late: Late Stage\n", "  new: Quite Fresh\n"))
    asked = len(tenant.requests())

    planned = project.run("plan", "--base", "main", "--offline", "--format", "json", **BARE)

    assert planned.code == 0, planned.err
    document = planned.document
    assert document["offline"] is True
    assert document["tenant"] == {"url": "https://api.na4.livevox.com", "client": "ACME"}
    assert [(c["id"], c["live_id"]) for c in document["changes"]] == [
        ("contact_group/new:create", None),
        ("account_type/lab:update", None),
    ]
    assert [w["code"] for w in document["warnings"]] == ["no-longer-declared", "offline"]
    assert len(tenant.requests()) == asked

    project.write("offline.json", planned.out)
    assert project.run("show", "offline.json").code == 0
    refused = project.run("apply", "offline.json")
    assert (refused.code, "offline" in refused.err) == (3, True)


# --- wrong use ---------------------------------------------------------------------------------

WRONG: list[tuple[list[str], int, str]] = [
    (["plan", "--offline"], 64, "--offline needs --base"),
    (["plan", "--offline", "--base", "main", "--out", "plan.json"], 64, "cannot be saved"),
    (["plan", "--base", "nope"], 64, "there is no commit 'nope'"),
    (["plan", "--base", "--all"], 64, "there is no commit '--all'"),
    (["plan", "--base", "main..main"], 64, "is a range"),
    (["plan", "--base="], 64, "is no Git ref"),
    (["drift", "--base", "nope"], 64, "there is no commit"),
    (["apply", "--yes", "--base", "nope"], 64, "there is no commit"),
    (["plan", "--allow-create", "contact_group/early"], 64, "--allow-create needs --base"),
    (
        ["plan", "--base", "main", "--allow-create", "contact_group/erly"],
        64,
        "did you mean contact_group/early?",
    ),
    (["plan", "--base", "main", "--allow-create", "early"], 64, "is not declared"),
    (["plan", "--base", "broken"], 3, "broken:manifests/all.yaml:2:1"),
    (["drift", "--base", "broken"], 3, "broken at the base"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), WRONG, ids=[" ".join(a) for a, _, _ in WRONG])
def test_what_cannot_be_compared_is_told_before_credentials_or_requests(
    project: Project, tenant: Tenant, committed: Clone, arguments: list[str], code: int, said: str
) -> None:
    committed.git("checkout", "--quiet", "-b", "broken")
    committed.commit({"manifests/all.yaml": "version: 1\nnope: 1\n"})
    committed.git("checkout", "--quiet", "main")

    ran = project.run(*arguments, LVSTATE_ACCESS_TOKEN="", LVSTATE_PASSWORD="", LVSTATE_USERNAME="")

    assert (ran.code, ran.out) == (code, "")
    assert said in " ".join(ran.err.split())
    assert tenant.requests() == []


def test_a_shallow_clone_a_folder_without_git_and_a_machine_without_it_say_what_to_do(
    project: Project, tenant: Tenant, clone: Clone, tmp_path: Path
) -> None:
    clone.commit({"later.txt": "main moves on"})
    Clone(tmp_path).git("clone", "--quiet", "--depth", "1", clone.root.as_uri(), "shallow")
    shallow = replace(project, root=tmp_path / "shallow")
    bare = replace(project, root=tmp_path / "bare")
    shutil.copytree(shallow.root, bare.root, ignore=shutil.ignore_patterns(".git"))
    before = tenant.writes()

    for where, variables, said in (
        (shallow, {}, "fetch-depth: 0"),
        (bare, {}, "is not inside a Git repository"),
        (project, {"PATH": str(tmp_path / "nothing")}, "needs Git"),
    ):
        for command in (("plan",), ("plan", "--offline"), ("drift",), ("apply", "--yes")):
            ran = where.run(*command, "--base", "HEAD^1", **variables)
            assert (ran.code, ran.out) == (64, ""), (command, ran.err)
            assert said in ran.err
            assert "hint: " in ran.err
    assert tenant.writes() == before


def test_a_saved_plan_brings_its_own_base(project: Project, tenant: Tenant, clone: Clone) -> None:
    project.run("plan", "--base", "main", "--out", "plan.json")
    assert project.run("apply", "plan.json", "--base", "main").code == 64
    assert project.run("apply", "plan.json", LVSTATE_BASE="nope").code == 0


def test_a_saved_plan_whose_base_is_not_in_the_clone_is_not_applied(
    project: Project, tenant: Tenant, clone: Clone
) -> None:
    edit(project, ("Lab, level: 4", "Lab, level: 5"))
    project.run("plan", "--base", "main", "--out", "plan.json")
    text = (project.root / "plan.json").read_text("utf-8")
    project.write("plan.json", text.replace(clone.git("rev-parse", "main"), "1" * 40))

    ran = project.run("apply", "plan.json")

    assert ran.code == 64
    assert "there is no commit" in ran.err
    assert tenant.writes()[-1:] != ["PUT /account/types"]
