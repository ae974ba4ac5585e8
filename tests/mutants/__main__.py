"""Plants each bug in a copy of the package and runs the tests that must notice it: `make mutants`.

    python -m tests.mutants [--jobs N] [--only TEXT] [--skip N] [--page FILE]

Exit 1 when a bug goes unnoticed, a patch does not apply, or a test fails without a bug.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.mutants import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
COPIED = ("lvstate", "tests", "schemas", "examples", "docs", "pyproject.toml", "README.md", "Makefile")
PATIENCE = 240
MOST_HISTORIES = 1000
UNDISTURBED = 100


@dataclass(frozen=True)
class Caught:
    """What noticed a bug, None where nothing did."""

    mutant: Mutant
    test: str | None = None
    tests_run: int = 0
    rule: str | None = None
    histories: int = 0
    seconds: float = 0.0

    @property
    def survived(self) -> bool:
        return self.test is None or (self.mutant.simulated and self.rule is None)


def place(package: Path, mutant: Mutant) -> Path:
    """Return the file that has the bug's place; raises ValueError unless there is exactly one place."""
    files = [
        file for file in sorted(package.glob(mutant.file)) if mutant.old in file.read_text(encoding="utf-8")
    ]
    number = sum(file.read_text(encoding="utf-8").count(mutant.old) for file in files)
    if number != 1:
        raise ValueError(f"{mutant.name}: its place is found {number} times in lvstate/{mutant.file}")
    return files[0]


class Copy:
    """A copy of the project in a temporary folder, in which one bug at a time is planted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / name)

    def try_out(self, mutant: Mutant) -> Caught:
        """Plant a bug, see who notices, and take it out again."""
        file = place(self.folder / "lvstate", mutant)
        honest = file.read_text(encoding="utf-8")
        began = time.monotonic()
        self._write(file, honest.replace(mutant.old, mutant.new))
        try:
            test, number = self.first_failure(mutant.tests)
            rule, histories = self.first_violation(MOST_HISTORIES) if mutant.simulated else (None, 0)
        finally:
            self._write(file, honest)
        return Caught(mutant, test, number, rule, histories, time.monotonic() - began)

    @staticmethod
    def _write(file: Path, text: str) -> None:
        """Write a module, and drop what is compiled of it: two versions may have one size and one second."""
        file.write_text(text, encoding="utf-8")
        Path(cache_from_source(str(file))).unlink(missing_ok=True)

    def first_failure(self, tests: Sequence[str]) -> tuple[str | None, int]:
        """Run tests until one fails; returns which, and how many ran."""
        out = self._python("-m", "pytest", "-x", "-q", "-rfE", "-p", "no:cacheprovider", *tests)
        found = re.search(r"^(?:FAILED|ERROR) tests/(\S+)", out, re.MULTILINE)
        counts = re.findall(r"(\d+) (?:passed|failed|errors?)\b", out.splitlines()[-1] if out else "")
        return (found[1] if found else None), sum(map(int, counts))

    def first_violation(self, most: int) -> tuple[str | None, int]:
        """Live through histories until one violates an invariant; returns which, and how many it took."""
        out = self._python("-m", "tests.simulation", "--until-found", "--seeds", f"0:{most}")
        if found := re.search(r"found after (\d+) histories: seed \d+: (\w+)", out):
            return found[2], int(found[1])
        crashed = re.search(
            r"^((?!ModuleNotFound|Import)\w+(?:\.\w+)*(?:Error|Exception))\b", out, re.MULTILINE
        )
        return (crashed[1] if crashed else None), most

    def _python(self, *arguments: str) -> str:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LVSTATE_", "COV_", "COVERAGE_"))}
        own = {"PYTHONPATH": str(self.folder), "PYTHONHASHSEED": "random"}
        try:
            done = subprocess.run(
                [sys.executable, *arguments],
                cwd=self.folder,
                env=kept | own,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return ""
        return (done.stdout + done.stderr).strip()


def table(results: Sequence[Caught]) -> str:
    """The bugs and who noticed them, as Markdown."""
    lines = ["| planted bug | where | first test that fails | tests run | invariant | histories |"]
    lines.append("|---|---|---|--:|---|--:|")
    for each in results:
        test = "**none**" if each.test is None else f"`{each.test.rpartition('::')[2]}`"
        rule, number = (each.rule or "**none**", str(each.histories)) if each.mutant.simulated else ("-", "-")
        cells = (each.mutant.name, f"`{each.mutant.file}`", test, str(each.tests_run), rule, number)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


PAGE = """\
# Planted bugs

{caught} of {number} bugs are noticed. `make mutants` plants each in a copy of the package, runs the tests that must
notice it, and, where an invariant is at stake, lives through the simulated histories of `tests/simulation` from
seed 0 on until one violates it. This page is what it last wrote; `tests/mutants/mutants.py` holds the bugs.

{table}
"""


def say(text: str) -> None:
    """Print a line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Bind the arguments, try every bug, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", allow_abbrev=False)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="", help="a part of a bug's name")
    parser.add_argument("--skip", type=int, default=0, metavar="N", help="leave out the first N bugs")
    parser.add_argument("--page", type=Path, help="write the table to this file")
    options = parser.parse_args()
    chosen = [mutant for mutant in MUTANTS[options.skip :] if options.only in mutant.name]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(options.jobs):
            copies.put(Copy(Path(folder) / str(number)))
        honest = copies.get()
        failing, _ = honest.first_failure(sorted({test for mutant in chosen for test in mutant.tests}))
        violated, _ = honest.first_violation(UNDISTURBED)
        copies.put(honest)
        if failing or violated:
            say(f"without any bug: {failing or violated}")
            return 1

        def try_out(mutant: Mutant) -> Caught:
            copy = copies.get()
            try:
                caught = copy.try_out(mutant)
            finally:
                copies.put(copy)
            verdict = "SURVIVED" if caught.survived else "caught"
            seen = f"{caught.test} ({caught.tests_run} tests), {caught.rule} ({caught.histories} histories)"
            say(f"{verdict:8} {caught.seconds:5.1f} s  {mutant.name}: {seen}")
            return caught

        results = list(pool.map(try_out, chosen))
    survived = sum(each.survived for each in results)
    say(table(results))
    say(f"{len(results) - survived} of {len(results)} noticed, {time.monotonic() - began:.0f} s")
    if options.page:
        page = PAGE.format(caught=len(results) - survived, number=len(results), table=table(results))
        options.page.write_text(page, encoding="utf-8")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
