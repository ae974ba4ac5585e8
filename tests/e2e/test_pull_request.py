"""Two pull requests from branch to apply, with edits by hand between them: every artefact is kept for reviewers.

The snapshots lie in `pull_request/`, whose README tells the story; `UPDATE_GOLDEN=1` writes them anew.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.stage import Project, Ran, Tenant
from tests.manifests.git import Clone, repository

KEPT = Path(__file__).parent / "pull_request"
STORY = KEPT / "README.md"

PROJECT_FILE = """\
version: 1
manifests: [manifests/]
default_environment: production
environments:
  production: {url: "https://api.livevox.com", client: EMULATOR}
"""
GROUPS = """\
version: 1

contact_groups:
  early-stage: Early Stage 1-30
  boa: Client Bank of America
  regional: Regional East
"""
FIELDS = """\
version: 1

custom_fields:
  COL7: {label: Promise, data_type: STRING}
  COL30: {label: Colour, data_type: LIST, list_values: [blue, green, red]}
"""
ACCOUNTS = """\
version: 1

account_classifications:
  platinum: {name: Platinum, level: 1}
  gold: {name: Gold, level: 2}

account_types:
  hospital: {name: Hospital, level: 1}
  legacy: {name: Legacy 2019, level: 2}
"""


@dataclass
class Album:
    """Keeps what a run printed, with everything that differs from run to run replaced by something that does not."""

    commits: list[str] = field(default_factory=list)
    fingerprints: list[str] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)

    def keep(self, name: str, shown: str) -> None:
        """Put a text under the name of its file."""
        self.pictures[name] = self._steady(shown)

    def _steady(self, shown: str) -> str:
        for number, commit in enumerate(self.commits, 1):
            steady = f"c{number}" * 20
            shown = shown.replace(commit, steady).replace(commit[:7], steady[:7])
        for found in re.findall(r"\b[0-9a-f]{64}\b", shown):
            if found not in self.fingerprints:
                self.fingerprints.append(found)
        for number, digits in enumerate(self.fingerprints, 1):
            shown = shown.replace(digits, f"f{number}" * 32)
        shown = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8420", shown)
        shown = re.sub(r'("lvstate_version": )"[^"]+"', r'\1"VERSION"', shown)
        return re.sub(r"\b\d{8}T\d{6}Z-[0-9a-f]{8}\b", "20261121T080000Z-1f0c9a52", shown)

    def compare(self) -> None:
        """Compare all with the files, or write the files."""
        if os.environ.get("UPDATE_GOLDEN"):
            for old in KEPT.iterdir():
                if old != STORY:
                    old.unlink()
            for name, shown in self.pictures.items():
                (KEPT / name).write_bytes(shown.encode())
        there = {path.name: path.read_bytes().decode() for path in KEPT.iterdir() if path != STORY}
        assert sorted(self.pictures) == sorted(there)
        for name, shown in self.pictures.items():
            assert shown == there[name], name


@dataclass
class Scene:
    """A repository with its project and tenant, and the album of what happens."""

    project: Project
    clone: Clone
    tenant: Tenant
    album: Album = field(default_factory=Album)

    def run(self, *arguments: str) -> Ran:
        """Run the command as a job of CI does: in a fresh checkout, which knows nothing of earlier runs."""
        shutil.rmtree(self.project.root / ".lvstate", ignore_errors=True)
        return self.project.run(*arguments)

    def commit(self, *edits: tuple[str, str, str]) -> None:
        """Replace texts in manifests, and commit that."""
        for name, old, new in edits:
            text = (self.project.root / name).read_text("utf-8")
            assert old in text
            self.project.write(name, text.replace(old, new))
        self.album.commits.append(self.clone.commit())

    def branch(self, name: str) -> None:
        self.clone.git("checkout", "--quiet", "-b", name)

    def merge(self, name: str) -> None:
        """Merge as a code host does: with a commit of its own, whose first parent is the old main."""
        self.clone.git("checkout", "--quiet", "main")
        self.clone.git("merge", "--quiet", "--no-ff", "--message", "Merge", name)
        self.album.commits.append(self.clone.git("rev-parse", "HEAD"))

    def pull_request(self, step: str) -> Ran:
        """Plan as the workflow does, and keep the edit and every document about it."""
        self.album.keep(f"{step}-edit.diff", self.clone.git("diff", "main...HEAD", "--", "manifests") + "\n")
        forms = {
            "markdown": "comment.md",
            "html": "report.html",
            "github": "annotations.txt",
            "json": "plan.json",
        }
        ran = self.run("plan", "--base", "main", *(f"--write={f}=.out/{n}" for f, n in forms.items()))
        self.album.keep(f"{step}-plan.txt", ran.out)
        for name in forms.values():
            self.album.keep(f"{step}-{name}", (self.project.root / ".out" / name).read_text("utf-8"))
        return ran

    def apply(self, step: str, fingerprint: str) -> Ran:
        """Apply on main what was approved: exactly that."""
        ran = self.run(
            *("apply", "--base", "main^1", "--expect", fingerprint, "--parallelism", "1"),
            "--write=markdown=.out/apply.md",
        )
        self.album.keep(f"{step}-apply.txt", ran.out + ran.err)
        return ran

    def groups(self) -> list[str]:
        found = self.tenant.call("GET", "/contact/contactGroups?count=1000&offset=0")["contactGroup"]
        return sorted(group["name"] for group in found)


def begin(project: Project, tenant: Tenant) -> Scene:
    """Make a repository whose main is applied."""
    project.url = tenant.url
    for name, text in {
        "lvstate.yaml": PROJECT_FILE,
        ".gitignore": ".lvstate/\n.state/\n.out/\n",
        "manifests/groups.yaml": GROUPS,
        "manifests/fields.yaml": FIELDS,
        "manifests/accounts.yaml": ACCOUNTS,
    }.items():
        project.write(name, text)
    (project.root / ".out").mkdir()
    scene = Scene(project, repository(project.root), tenant)
    scene.commit()
    assert project.run("apply", "--yes", "--parallelism", "1").code == 0
    return scene


def fingerprint(ran: Ran) -> str:
    found = re.search(r"^fingerprint ([0-9a-f]{64})$", ran.out, re.MULTILINE)
    assert found is not None
    return found[1]


def test_two_pull_requests_from_branch_to_apply_with_edits_by_hand_between_them(
    project: Project, start_tenant: Callable[..., Tenant]
) -> None:
    scene = begin(project, start_tenant(seed="empty"))
    album, tenant = scene.album, scene.tenant

    # 1. A branch, an edit, and what its reviewers see.
    scene.branch("spring-clean")
    scene.commit(
        (
            "manifests/groups.yaml",
            "  boa: Client Bank of America\n",
            "  boa: {name: Client BOA, previous_names: [Client Bank of America]}\n  late-stage: Late Stage 31+\n",
        ),
        (
            "manifests/fields.yaml",
            "label: Promise, data_type: STRING",
            "label: Promise Date, data_type: DATE",
        ),
        (
            "manifests/accounts.yaml",
            "  legacy: {name: Legacy 2019, level: 2}\n",
            "\nremoved:\n  account_types:\n    legacy: {name: Legacy 2019, reason: OPS-412}\n",
        ),
    )
    before = tenant.everything()
    reviewed = scene.pull_request("1")
    assert (reviewed.code, tenant.everything()) == (0, before)

    # 2. Merged, and applied: exactly what was reviewed, and only once.
    scene.merge("spring-clean")
    applied = scene.apply("2", fingerprint(reviewed))
    album.keep("2-apply.md", (project.root / ".out/apply.md").read_text("utf-8"))
    assert applied.code == 0
    assert scene.groups() == ["Client BOA", "Early Stage 1-30", "Late Stage 31+", "Regional East"]
    writes = tenant.writes()
    again = scene.apply("2-again", fingerprint(reviewed))
    assert (again.code, tenant.writes()) == (5, writes)
    assert scene.run("drift").code == 0

    # 3. Somebody edits the tenant by hand; the nightly run notices.
    classes = {each["name"]: each["id"] for each in tenant.call("GET", "/account/classifications")}
    tenant.call("PUT", f"/account/classifications/{classes['Gold']}", {"name": "Gold", "level": 7})
    drift = scene.run("drift", "--write=json=.out/drift.json", "--write=markdown=.out/drift.md")
    album.keep("3-drift.txt", drift.out)
    album.keep("3-drift.json", (project.root / ".out/drift.json").read_text("utf-8"))
    album.keep("3-drift.md", (project.root / ".out/drift.md").read_text("utf-8"))
    assert drift.code == 2

    # 4. And renames a group. The next pull request tells its own change from all that, and makes no second group.
    found = tenant.call("GET", "/contact/contactGroups?count=1000&offset=0")["contactGroup"]
    regional = next(group["id"] for group in found if group["name"] == "Regional East")
    tenant.call("PUT", f"/contact/contactGroups/{regional}", {"name": "Regional East Coast"})
    scene.branch("new-client")
    scene.commit(("manifests/groups.yaml", "  late-stage:", "  citi: Client Citi\n  late-stage:"))
    stopped = scene.pull_request("4")
    assert stopped.code == 4
    assert scene.apply("4", fingerprint(stopped)).code == 4

    # 5. Its author pastes the line that the comment offers.
    scene.commit(
        (
            "manifests/groups.yaml",
            "  regional: Regional East\n",
            f"  regional:\n    name: Regional East\n    id: {regional}\n",
        )
    )
    assert f"\n  id: {regional}\n" in album.pictures["4-comment.md"]
    reviewed = scene.pull_request("5")
    assert reviewed.code == 0

    # 6. Merged and applied: the drift is reverted, and the renamed group is the one it was.
    scene.merge("new-client")
    assert scene.apply("6", fingerprint(reviewed)).code == 0
    named = {
        g["id"]: g["name"]
        for g in tenant.call("GET", "/contact/contactGroups?count=9&offset=0")["contactGroup"]
    }
    assert named[regional] == "Regional East"
    assert len(named) == 5
    album.keep("6-drift.txt", scene.run("drift").out)

    album.compare()
    assert [name for name in album.pictures if f"({name})" not in STORY.read_text("utf-8")] == []
