"""What end-to-end tests act on: a tenant behind HTTP, and a project with the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests


@dataclass
class Tenant:
    """A running emulator: its URL, its request log, and a user's own session beside lvstate's."""

    url: str
    log: Path
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Do something by hand, as a colleague in the portal would."""
        if not self.headers:
            login = {"clientName": "EMULATOR", "userName": "superuser", "password": "emulator"}
            answer = requests.post(
                f"{self.url}/session/login", json=login, headers={"LV-Access": "emulator"}, timeout=10
            )
            self.headers = {"LV-Session": answer.json()["sessionId"]}
        answer = requests.request(method, self.url + path, json=body, headers=self.headers, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def requests(self) -> list[dict[str, Any]]:
        """Every request so far, lvstate's and ours."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def writes(self, user: str = "sysadmin") -> list[str]:
        """The writes that lvstate sent."""
        reads = {"GET"}
        return [
            f"{r['method']} {r['path']}"
            for r in self.requests()
            if r["method"] not in reads
            and r["user"] == user
            and not r["path"].startswith(("/session/", "/account/accounts/search"))
        ]

    def everything(self) -> dict[str, Any]:
        """The whole configuration, as the service tells it."""
        return {
            "groups": self.call("GET", "/contact/contactGroups?count=1000&offset=0"),
            "fields": self.call("GET", "/contact/contacts/customFields"),
            "classifications": self.call("GET", "/account/classifications"),
            "types": self.call("GET", "/account/types"),
        }


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document on stdout."""
        return json.loads(self.out)


@dataclass
class Project:
    """A project in a folder of its own, and the command run in it."""

    root: Path
    url: str | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str) -> Path:
        """Put a file into the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def variables(self) -> dict[str, str]:
        """The process environment: nothing of the caller's LVSTATE_*, a home of its own."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("LVSTATE_") and k != "NO_COLOR"}
        credentials = {
            "LVSTATE_ACCESS_TOKEN": "emulator",
            "LVSTATE_CLIENT": "EMULATOR",
            "LVSTATE_USERNAME": "sysadmin",
            "LVSTATE_PASSWORD": "emulator",
            "XDG_STATE_HOME": str(self.root / ".state"),
        }
        if self.url:
            credentials["LVSTATE_URL"] = self.url
        return {**kept, **credentials, **self.environment}

    def run(self, *arguments: str, **variables: str) -> Ran:
        """Run `lvstate ARGUMENTS` to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "lvstate", *arguments],
            cwd=self.root,
            env={**self.variables(), **variables},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)
