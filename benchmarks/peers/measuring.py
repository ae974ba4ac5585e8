"""Runs a command and measures it: wall, processor, memory, and what it asked of the service."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any


@dataclass(frozen=True)
class Run:
    """One run, and what it took.

    Wall and processor in seconds (user and system, of the process and the children it waited for), the most MiB
    that any single process held, the exit code, and the calls that the service saw.
    """

    wall: float
    cpu: float
    memory: float
    code: int
    calls: Mapping[str, int]
    most_at_once: int
    output: str

    @property
    def requests(self) -> int:
        """How many requests were sent, logins aside."""
        return sum(number for call, number in self.calls.items() if "/session/" not in call)


@contextlib.contextmanager
def service(groups: int = 0, latency: float = 20, rate: float = 0, burst: int = 20) -> Iterator[str]:
    """Serve a tenant of so many groups in a process of its own; yields its URL. Latency in milliseconds."""
    command = [sys.executable, str(Path(__file__).with_name("service.py")), "--groups", str(groups)]
    command += ["--latency", str(latency), "--rate", str(rate), "--burst", str(burst)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None  # noqa: S101 (it is a pipe)
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def run(
    command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None, url: str | None = None
) -> Run:
    """Run a command in a folder and measure it."""
    if url is not None:
        _calls(url)
    with (folder / "output.txt").open("w+b") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env={**_plain(), **(env or {})}, stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    told = _calls(url) if url is not None else {"calls": {}, "most_at_once": 0}
    return Run(
        wall,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        process.returncode,
        told["calls"],
        told["most_at_once"],
        text,
    )


def round_trip(url: str, at_once: int = 1, times: int = 30) -> float:
    """Seconds a request takes on a kept connection, the median: what the latency really is on this machine.

    With `at_once`, so many bare sockets ask side by side, as the workers of an apply do.
    """
    host, port = url.removeprefix("http://").split(":")
    request = b"GET /account/types HTTP/1.1\r\nHost: x\r\n\r\n"
    taken: list[float] = []

    def ask() -> None:
        with socket.create_connection((host, int(port))) as connection:
            for _ in range(times):
                started = time.perf_counter()
                connection.sendall(request)
                connection.recv(65536)
                taken.append(time.perf_counter() - started)

    asking = [Thread(target=ask) for _ in range(at_once)]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    return statistics.median(taken)


def _plain() -> dict[str, str]:
    """The environment without what would change a contender's work."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("LVSTATE_", "PYTHON"))}


def _calls(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/_calls") as answer:  # noqa: S310 (loopback)
        told: dict[str, Any] = json.load(answer)
    return told
