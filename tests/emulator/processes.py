"""Emulators in processes of their own, and clients of them that cost little."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def process(data: Path, *, measured: bool = True) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`lvstate emulator --data` and its URL; what is not `measured` runs at full speed under coverage, too."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LVSTATE_")}
    if not measured:
        environment = {key: value for key, value in environment.items() if not key.startswith("COVERAGE_")}
    command = [sys.executable, "-m", "lvstate", "emulator", "--port", "0", "--data", str(data)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**environment, "PYTHONPATH": str(ROOT)}
    ) as child:
        try:
            assert child.stdout is not None
            yield child, child.stdout.readline().strip()
        finally:
            child.kill()


class Client:
    """A signed-in client with one connection that stays."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
        self._headers = {"LV-Access": "emulator"}
        body = {"clientName": "EMULATOR", "userName": "sysadmin", "password": "emulator"}
        _, session = self.send("POST", "/session/login", body)
        self.session: str = session["sessionId"]
        self._headers = {"LV-Session": self.session}

    def send(
        self, method: str, path: str, body: object = None, *, raw: bytes | None = None
    ) -> tuple[int, Any]:
        """The status and the JSON body of an answer. Raises OSError, HTTPException when the server dies."""
        sent = raw if body is None else json.dumps(body).encode()
        self._connection.request(method, path, sent, self._headers)
        answer = self._connection.getresponse()
        received = answer.read()
        return answer.status, json.loads(received) if received else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
