"""Who is measured: for each, how its input is written, what is run, and what is not the same work."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import worlds

BIN = Path(sys.executable).parent
CREDENTIALS = {
    "LVSTATE_CLIENT": "BENCH",
    "LVSTATE_ACCESS_TOKEN": "bench",
    "LVSTATE_USERNAME": "bench",
    "LVSTATE_PASSWORD": "bench",
}


@dataclass(frozen=True)
class Contender:
    """A tool at work: its name, the command that is measured, where it runs, and its variables."""

    name: str
    command: Sequence[str]
    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)
    asks: bool = True
    """Whether it asks the service anything."""


def lvstate(folder: Path, size: int, url: str, *arguments: str) -> Contender:
    """Lvstate with a project of so many groups; `plan` unless told otherwise. It logs in."""
    here = _fresh(folder / "lvstate")
    worlds.lvstate(here / "project", size)
    env = {**CREDENTIALS, "LVSTATE_URL": url, "XDG_STATE_HOME": str(here / "state")}
    command = [str(BIN / "lvstate"), *(arguments or ("plan",))]
    return Contender("lvstate", command, here / "project", env)


def in_session(logging_in: Contender) -> Contender:
    """The same with a session that is open already, so that it asks just what the script asks."""
    env = {**logging_in.env, "LVSTATE_SESSION_ID": worlds.UNUSED_ID.format(0)}
    return replace(logging_in, name="lvstate, session open", env=env)


def script(folder: Path, size: int, url: str, *, apply: bool = False) -> Contender:
    """Requests in a loop, one after the other; it validates nothing and keeps no journal."""
    here = _fresh(folder / "script")
    worlds.script(here / "here", size)
    command = [sys.executable, "plain_script.py", url, *(["--apply"] if apply else [])]
    return Contender("plain script", command, here / "here")


def octodns(folder: Path, size: int) -> Contender:
    """OctoDNS between two YAML files; no network."""
    here = _fresh(folder / "octodns")
    worlds.octodns(here / "here", size)
    command = [str(BIN / "octodns-sync"), "--config-file", "octodns.yaml"]
    return Contender("octoDNS", command, here / "here", asks=False)


def terraform(folder: Path, size: int) -> Contender | None:
    """Terraform against its state; no network. None where there is no terraform."""
    if shutil.which("terraform") is None:
        return None
    here = _fresh(folder / "terraform")
    worlds.terraform(here / "here", size)
    return Contender(
        "Terraform", ["terraform", "plan", "-no-color", "-input=false"], here / "here", asks=False
    )


def terraform_with_curl(folder: Path, size: int, url: str) -> Contender | None:
    """Terraform whose every resource runs a curl. None where there is neither."""
    if shutil.which("terraform") is None or shutil.which("curl") is None:
        return None
    here = _fresh(folder / "terraform-curl")
    worlds.terraform_with_curl(here / "here", size, url)
    command = ["terraform", "apply", "-no-color", "-input=false", "-auto-approve"]
    return Contender("Terraform with curl", command, here / "here")


def ansible(folder: Path, size: int, url: str, *, create: bool = False) -> Contender | None:
    """Ansible's `uri`. None where there is no ansible."""
    if not (BIN / "ansible-playbook").exists():
        return None
    here = _fresh(folder / "ansible")
    worlds.ansible(here / "here", size, url, create=create)
    env = {
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_PIPELINING": "true",
        "ANSIBLE_HOME": str(here),
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "LC_ALL": "C.UTF-8",
    }
    return Contender("Ansible uri", [str(BIN / "ansible-playbook"), "play.yaml"], here / "here", env)


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
