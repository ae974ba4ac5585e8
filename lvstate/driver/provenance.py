"""Who applies, from which machine and from which commit: for the journal, and without a secret."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from lvstate import __version__
from lvstate.model.history import Origin

_ACTORS = (
    "GITHUB_ACTOR",
    "GITLAB_USER_LOGIN",
    "BUILD_REQUESTEDFOR",  # Azure Pipelines
    "BUILDKITE_BUILD_CREATOR",
    "CIRCLE_USERNAME",
)
"""Where CI says whom it runs for."""
_LONGEST = 100
_PATIENCE = 10.0
"""Seconds for one call of git."""
_KEPT = ("PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT")
"""What git is given of the environment: no GIT_*, which may point at another repository."""


def origin_of_run(project: Path, variables: Mapping[str, str]) -> Origin:
    """Return what is known of a run that begins now; never raises."""
    commit = _git(project, variables, "rev-parse", "--verify", "HEAD")
    state = None
    if commit is not None:
        # Journals and the emulator's data are no manifests, ignored or not.
        paths = ("--untracked-files=normal", "--ignore-submodules=all", "--", ".", ":(exclude).lvstate")
        state = _git(project, variables, "status", "--porcelain", *paths)
    return Origin(
        lvstate_version=__version__,
        commit=_short(commit),
        dirty=None if state is None else bool(state),
        actor=next((_short(variables[name]) for name in _ACTORS if variables.get(name)), None),
        user=_short(_user()),
        host=_short(_host()),
    )


def _git(project: Path, variables: Mapping[str, str], *arguments: str) -> str | None:
    """Ask git without letting it run hooks, monitors or prompts; None where there is no answer."""
    git = shutil.which("git", path=variables.get("PATH"))
    if git is None:
        return None
    quiet = ("--no-optional-locks", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
    environment = {name: variables[name] for name in _KEPT if name in variables}
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            [git, *quiet, *arguments],
            cwd=project,
            env={**environment, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
        if done.returncode == 0:
            return done.stdout.decode("utf-8", "replace").strip()
    return None


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container that runs as a number
        return str(os.getuid())


def _host() -> str | None:
    with suppress(OSError):
        return socket.gethostname()
    return None


def _short(text: str | None) -> str | None:
    """Limit what the environment says, and make what is not printable visible."""
    if not text:
        return None
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 3]}..."
