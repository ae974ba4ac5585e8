"""A repository at GitHub as far as the action talks to it, in a file, and the `gh` that talks to it.

Run as a program it is `gh api`: comments, issues and deployments, found and changed in the file that GITHUB_STUB names;
every call is recorded. `--jq` is answered by the real jq.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BOT = "github-actions[bot]"
_LIMIT = 65536


@dataclass(frozen=True)
class Repository:
    """What the stub holds; a dictionary in a JSON file between calls."""

    file: Path

    def load(self) -> dict[str, Any]:
        """Return comments, issues, deployments and the calls so far."""
        if not self.file.exists():
            return {"comments": [], "issues": [], "deployments": [], "calls": [], "refuse": None}
        data: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return data

    def save(self, data: dict[str, Any]) -> None:
        """Keep it for the next call."""
        self.file.write_text(json.dumps(data), encoding="utf-8")

    def set(self, **values: Any) -> None:
        """Prepare what is there."""
        self.save({**self.load(), **values})

    @property
    def comments(self) -> list[dict[str, Any]]:
        """The pull request's comments."""
        return list(self.load()["comments"])

    @property
    def issues(self) -> list[dict[str, Any]]:
        """All issues, closed ones too."""
        return list(self.load()["issues"])

    @property
    def writes(self) -> list[str]:
        """Every call that changed something."""
        return [call for call in self.load()["calls"] if not call.startswith("GET")]


class Refused(Exception):
    """An answer other than 2xx."""


def _answer(data: dict[str, Any], method: str, path: str, body: dict[str, Any]) -> Any:
    path, _, query = path.partition("?")
    assert path.startswith("repos/acme/livevox/"), path
    path = path.removeprefix("repos/acme/livevox/")
    if method != "GET" and data["refuse"]:
        raise Refused(data["refuse"])
    if len(body.get("body", "")) > _LIMIT:
        raise Refused("gh: body is too long (maximum is 65536 characters) (HTTP 422)")
    author = {"login": BOT}
    if path == "issues/7/comments":
        if method == "POST":
            data["comments"].append({"id": 100 + len(data["comments"]), "user": author, **body})
        return data["comments"]
    if match := re.fullmatch(r"issues/comments/(\d+)", path):
        return _found(data["comments"], "id", int(match[1])).update(body)
    if path == "issues":
        if method == "POST":
            number = 1 + len(data["issues"])
            data["issues"].append({"number": number, "state": "open", "user": author, "comments": [], **body})
        assert method == "POST" or "state=open" in query
        return [issue for issue in data["issues"] if issue["state"] == "open"]
    if match := re.fullmatch(r"issues/(\d+)/comments", path):
        return _found(data["issues"], "number", int(match[1]))["comments"].append(body["body"])
    if match := re.fullmatch(r"issues/(\d+)", path):
        return _found(data["issues"], "number", int(match[1])).update(body)
    if path == "deployments":
        assert "environment=production" in query
        return data["deployments"]
    if match := re.fullmatch(r"deployments/(\d+)/statuses", path):
        return [{"state": _found(data["deployments"], "id", int(match[1]))["state"]}]
    raise Refused(f"gh: Not Found (HTTP 404): {method} {path}")


def _found(rows: list[dict[str, Any]], key: str, value: int) -> dict[str, Any]:
    return next(row for row in rows if row[key] == value)


def main(arguments: list[str]) -> int:
    """Answer one `gh api` call."""
    assert os.environ["GH_TOKEN"] == "the-token"
    assert not [name for name in os.environ if name.startswith("LVSTATE_")], "a credential reached gh"
    assert arguments.pop(0) == "api"
    method, query, body, path = "GET", None, {}, ""
    while arguments:
        match arguments.pop(0):
            case "--method":
                method = arguments.pop(0)
            case "--jq":
                query = arguments.pop(0)
            case "--input":
                assert arguments.pop(0) == "-"
                body = json.loads(sys.stdin.read())
            case "--paginate" | "--silent":
                pass
            case text:
                assert not text.startswith("-"), text
                path = text
    repository = Repository(Path(os.environ["GITHUB_STUB"]))
    data = repository.load()
    data["calls"].append(f"{method} {path.partition('?')[0].removeprefix('repos/acme/livevox/')}")
    try:
        answer = _answer(data, method, path, body)
    except Refused as refusal:
        repository.save(data)
        sys.stderr.write(f"{refusal}\n")
        return 1
    repository.save(data)
    if query is not None:
        subprocess.run(["jq", "-r", query], input=json.dumps(answer), text=True, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
