"""Runs a composite action's steps as GitHub would: bash, files for outputs and summary, expressions of simple forms."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_HEREDOC = re.compile(r"^([^\n=]+?)<<(.+?)\n(.*?)\n\2$", re.DOTALL | re.MULTILINE)


@dataclass
class Job:
    """What one use of an action left behind."""

    code: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)


@dataclass
class Action:
    """A composite action, and the event that it runs under."""

    folder: Path
    workspace: Path
    scratch: Path
    path: str
    environment: dict[str, str] = field(default_factory=dict)
    event: dict[str, Any] = field(default_factory=dict)

    def use(self, secrets: dict[str, str] | None = None, **given: str) -> Job:
        """Run every step whose condition holds, until one fails; `secrets` is the `env:` of the step that uses it."""
        definition = yaml.safe_load((self.folder / "action.yml").read_text(encoding="utf-8"))
        inputs = {name: str(body.get("default", "")) for name, body in definition["inputs"].items()}
        given = {name.replace("_", "-"): value for name, value in given.items()}
        assert set(given) <= set(inputs), set(given) - set(inputs)
        scope: dict[str, Any] = {
            "github": {"token": "the-token", "event": self.event},
            "inputs": {},
            "steps": {},
        }
        scope["inputs"] = {name: given.get(name, _filled(text, scope)) for name, text in inputs.items()}
        job = Job()
        for number, step in enumerate(definition["runs"]["steps"]):
            name = step["name"]
            if not _holds(step.get("if", "true"), scope):
                job.steps[name] = "skipped"
                continue
            job.steps[name] = "run"
            if "uses" in step:
                assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
                found = {"python-path": "python-of-the-action"}
            else:
                assert not _EXPRESSION.search(step["run"]), "an expression in a script is an injection"
                variables = {key: _filled(value, scope) for key, value in step.get("env", {}).items()}
                job.code, found = self._run(step["run"], {**(secrets or {}), **variables}, job, number)
            scope["steps"][step.get("id", f"step-{number}")] = {"outputs": found}
            if job.code:
                break
        job.outputs = {name: _filled(body["value"], scope) for name, body in definition["outputs"].items()}
        return job

    def _run(
        self, script: str, variables: dict[str, str], job: Job, number: int
    ) -> tuple[int, dict[str, str]]:
        files = {name: self.scratch / f"{name}-{number}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
            cwd=self.workspace,
            env={
                "PATH": self.path,
                "HOME": str(self.scratch),
                "LANG": "C.UTF-8",
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(self.folder),
                "GITHUB_REPOSITORY": "acme/livevox",
                "GITHUB_RUN_ID": "77",
                "GITHUB_SERVER_URL": "https://github.test",
                "RUNNER_TEMP": str(self.scratch),
                **{name: str(file) for name, file in files.items()},
                **self.environment,
                **variables,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        job.log += done.stdout
        job.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        return done.returncode, outputs_of(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))


def outputs_of(text: str) -> dict[str, str]:
    """Read a file of step outputs as GitHub does: `name<<END` up to END, or `name=value`."""
    found = {match[1]: match[3] for match in _HEREDOC.finditer(text)}
    rest = _HEREDOC.sub("", text)
    for line in filter(None, rest.split("\n")):
        name, equals, value = line.partition("=")
        assert equals, f"not a step output: {line!r}"
        found[name] = value
    return found


def _value(atom: str, scope: dict[str, Any]) -> str:
    atom = atom.strip()
    if re.fullmatch(r"'[^']*'", atom):
        return atom[1:-1]
    if atom == "true":
        return atom
    found: Any = scope
    for part in atom.split("."):
        found = found.get(part, "") if isinstance(found, dict) else ""
    return str(found)


def _filled(text: str, scope: dict[str, Any]) -> str:
    def evaluate(match: re.Match[str]) -> str:
        values = [_value(atom, scope) for atom in match[1].split("||")]
        return next((value for value in values if value), "")

    return _EXPRESSION.sub(evaluate, str(text))


def _holds(condition: str, scope: dict[str, Any]) -> bool:
    def term(text: str) -> bool:
        for operator, same in (("==", True), ("!=", False)):
            left, found, right = text.partition(operator)
            if found:
                return (_value(left, scope) == _value(right, scope)) is same
        return bool(_value(text, scope))

    return all(term(text) for text in condition.split("&&"))
