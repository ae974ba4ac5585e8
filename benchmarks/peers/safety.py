"""What safety costs, apart from waiting: processor time of the journal, and of reading objects again.

    python benchmarks/peers/safety.py URL

Prints JSON: milliseconds for the records of 100 creates, each record flushed by itself, and for 100 reads of one
object each, eight at once.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lvstate.client.credentials import Credentials
from lvstate.client.origin import Origin
from lvstate.client.remote import Reader
from lvstate.client.secrets import Secret
from lvstate.client.session import Session
from lvstate.client.transport import transport_to
from lvstate.driver import Driver
from lvstate.driver.journal import JournalFile
from lvstate.effects import Gather
from lvstate.kinds import kind_named

WRITES, ROUNDS = 100, 9


def journal(folder: Path) -> None:
    """Write what an apply writes around each create."""
    made = JournalFile(folder / ".lvstate/runs" / f"{time.monotonic_ns()}.jsonl")
    for number in range(WRITES):
        change, name = f"contact_group/g{number:06d}:create", f"Group {number:06d}"
        fields = [{"path": "name", "before": None, "after": name}]
        made.append([{"event": "intent", "change": change, "name": name, "fields": fields}])
        made.append([{"event": "outcome", "change": change, "status": "done", "live_id": number}])
    made.close()


def reads(url: str) -> Callable[[], None]:
    """Return what reads each of so many objects."""
    session = Session(Credentials(None, None, None, None, Secret("0" * 36)))
    reader, kind = Reader(session), kind_named("contact_group")
    driver = Driver(transport_to(Origin(url)))

    async def all_of_them() -> None:
        await Gather([reader.read(kind, number) for number in range(1, WRITES + 1)], 8)

    return lambda: driver.run(all_of_them())


def taken(work: Callable[[], None]) -> float:
    """The median of some rounds in milliseconds of processor, after one that is not counted."""
    found = []
    for _ in range(ROUNDS + 1):
        started = time.process_time()
        work()
        found.append((time.process_time() - started) * 1000)
    return statistics.median(found[1:])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as root:
        result = {"journal": taken(lambda: journal(Path(root))), "reads": taken(reads(sys.argv[1]))}
    print(json.dumps(result))  # noqa: T201
