"""A data file from outside: filled from a tenant document, and read out as one, with no server about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from lvstate.emulator import backend, seeds, tenant_document
from lvstate.emulator.errors import UnusableDataFile
from lvstate.emulator.storage import Storage


def load(data: Path, document: Any) -> dict[str, int]:
    """Add the objects of a document, all or none, to the tenant in a file; return how many, by section.

    A file that does not exist is made, with a tenant that holds nothing else. Raises UnusableDocument,
    UnusableDataFile.
    """
    tenant_document.check(document)
    with closing(Storage(data, backend.TABLES)) as storage:
        seeds.plant_new_tenant(storage, "empty", {})
        with storage.write() as db:
            return tenant_document.plant(db, document)


def dump(data: Path) -> Iterator[str]:
    """The tenant in a file as a document, in pieces. Raises UnusableDataFile."""
    if not data.is_file():
        raise UnusableDataFile(f"there is no data file {data}")
    with closing(Storage(data, backend.TABLES)) as storage, storage.read() as db:
        yield from tenant_document.dump(db)
