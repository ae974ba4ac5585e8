"""Runs the command in processes of its own without paying for Python's start each time.

One process imports lvstate and waits; for each command it forks, and the child does what `python -m lvstate`
does. Its pid is a real one that can be killed. Lines of JSON go in and out.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import os
import pkgutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Queue
from typing import Any, Self

from tests.e2e.stage import Ran

ROOM = Path(__file__).parents[2]


class Command:
    """A command under way."""

    def __init__(self, pid: int, folder: Path, number: int, ends: Queue[int]) -> None:
        self.pid = pid
        self._files = folder / f"{number}.out", folder / f"{number}.err"
        self._ends = ends

    def told(self) -> dict[str, bytes]:
        """What it has printed so far, by file."""
        return {str(file): file.read_bytes() for file in self._files if file.exists()}

    def kill(self) -> None:
        """kill -9; harmless where it has ended: the pid stays a zombie until `wait` is told."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 9)

    def wait(self, patience: float = 60.0) -> Ran:
        """Wait until it has ended."""
        code = self._ends.get(timeout=patience)
        out, err = (file.read_text(encoding="utf-8") for file in self._files)
        assert "Traceback" not in err, err
        return Ran(code, out, err)


class Warm:
    """The process that waits, from this side."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._waiting: dict[int, Queue[int]] = {}
        self._started: Queue[int] = Queue()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LVSTATE_", "COV_", "COVERAGE_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOM,
            env={**kept, "PYTHONPATH": str(ROOM)},
        )
        threading.Thread(target=self._listen, daemon=True).start()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def start(self, cwd: Path, environment: Mapping[str, str], arguments: Sequence[str]) -> Command:
        """Start a command."""
        assert self._process.stdin is not None
        with self._lock:
            self._number += 1
            order = {
                "number": self._number,
                "folder": str(self._folder),
                "cwd": str(cwd),
                "environment": dict(environment),
                "arguments": list(arguments),
            }
            ends = self._waiting[self._number] = Queue()
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return Command(self._started.get(timeout=20), self._folder, self._number, ends)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError):
            for line in self._process.stdout:
                told = json.loads(line)
                if "pid" in told:
                    self._started.put(told["pid"])
                else:
                    self._waiting[told["number"]].put(told["code"])


def _serve() -> None:
    _warm_up()
    lock = threading.Lock()
    children: list[threading.Thread] = []
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(order)
        with lock:
            sys.stdout.write(json.dumps({"pid": pid}) + "\n")
            sys.stdout.flush()
        # No thread may hold a lock while another command is forked, so this one only waits.
        thread = threading.Thread(target=_await, args=(pid, order["number"]), daemon=True)
        children.append(thread)
        thread.start()
    for thread in children:
        thread.join(20)


def _warm_up() -> None:
    """Import what an apply imports, and fill the caches that it fills, by a run that reaches nobody."""
    import lvstate
    from lvstate.cli import run

    for module in pkgutil.walk_packages(lvstate.__path__, "lvstate."):
        if not module.name.startswith(("lvstate.emulator", "lvstate.__main__")):
            importlib.import_module(module.name)
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere:  # noqa: PTH123
        manifest = Path(folder, "manifests", "all.yaml")
        manifest.parent.mkdir()
        manifest.write_text("version: 1\ncontact_groups: {a: A}\n", encoding="utf-8")
        project = "version: 1\nmanifests: [manifests/]\ndefault_environment: t\nenvironments: {t: {url: 'emulator:'}}\n"
        Path(folder, "lvstate.yaml").write_text(project, encoding="utf-8")
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            run(["validate", "-C", folder])
    logging.getLogger().handlers.clear()  # or every command would log to where this one did


def _await(pid: int, number: int) -> None:
    _, status = os.waitpid(pid, 0)
    told = json.dumps({"number": number, "code": os.waitstatus_to_exitcode(status)}) + "\n"
    os.write(1, told.encode())


def _become(order: Mapping[str, Any]) -> None:
    """Be `python -m lvstate ARGUMENTS` from here on."""
    code = 1
    try:
        folder, number = Path(order["folder"]), order["number"]
        os.chdir(order["cwd"])
        os.environ.clear()
        os.environ.update(order["environment"])
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        for stream, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(folder / f"{number}.{name}", flags, 0o600), stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.argv = ["lvstate", *order["arguments"]]
        from lvstate.cli import main

        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve()
