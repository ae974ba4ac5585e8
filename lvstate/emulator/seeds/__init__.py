"""What a new tenant starts with: a named seed is a document of whole objects, planted once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, TypedDict

from lvstate.emulator.backend import (
    account_links,
    account_notes,
    account_rows,
    contact_groups,
    contact_notes,
    contact_rows,
    custom_fields,
    leveled_names,
    tenant,
)
from lvstate.emulator.backend.account_fields import WRITTEN_FIELDS
from lvstate.emulator.backend.account_links import AccountLink
from lvstate.emulator.backend.account_notes import AccountNote
from lvstate.emulator.backend.account_rows import Account
from lvstate.emulator.backend.contact_groups import ContactGroup
from lvstate.emulator.backend.custom_fields import SLOTS, CustomField, DataType
from lvstate.emulator.backend.leveled_names import LeveledName
from lvstate.emulator.errors import UnknownSeed
from lvstate.emulator.seeds import contact_objects
from lvstate.emulator.storage import Storage

SEEDS = ("empty", "vendor-examples")

SeedObject = Mapping[str, object]
"""An object with the keys that the API returns it with, all of them."""


class SeedDocument(TypedDict, total=False):
    """The objects of a seed, by kind."""

    contacts: Sequence[SeedObject]
    contact_notes: Sequence[SeedObject]
    contact_groups: Sequence[SeedObject]
    custom_fields: Sequence[SeedObject]
    account_classifications: Sequence[SeedObject]
    account_types: Sequence[SeedObject]
    accounts: Sequence[SeedObject]
    account_notes: Sequence[SeedObject]  # as Read Account shows them, and `accountId`
    account_links: Sequence[SeedObject]


def document(seed: str) -> SeedDocument:
    """The document of a named seed. Raises UnknownSeed."""
    match seed:
        case "empty":
            return {}
        case "vendor-examples":
            from lvstate.emulator.seeds import vendor_examples

            return vendor_examples.DOCUMENT
        case _:
            raise UnknownSeed(f"there is no seed {seed!r}; there are {' and '.join(SEEDS)}")


def plant_new_tenant(
    storage: Storage, seed: str, document: SeedDocument, more: Iterable[SeedDocument] = ()
) -> None:
    """Plant the documents, all or none, unless the storage already holds a tenant."""
    with storage.write() as db:
        if db.execute("SELECT 1 FROM tenant").fetchone() is None:
            db.execute("INSERT INTO tenant (client_id, seed) VALUES (?, ?)", (tenant.CLIENT_ID, seed))
            with _indexed_afterwards(db):
                for each in chain((document,), more):
                    plant(db, each)


@contextmanager
def _indexed_afterwards(db: sqlite3.Connection) -> Iterator[None]:
    """Make the plain indexes of an empty tenant again after the block: a third less time for a large tenant.

    Unique ones stay, for what they forbid. All of it belongs to the transaction around it.
    """
    plain = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX %'"
    ).fetchall()
    for name, _ in plain:
        db.execute(f"DROP INDEX {name}")
    yield
    for _, sql in plain:
        db.execute(sql)


def plant(db: sqlite3.Connection, document: SeedDocument) -> None:
    """Add the objects of a document to what is there."""
    contact_rows.plant(db, map(contact_objects.contact, document.get("contacts", ())))
    contact_notes.plant(db, map(contact_objects.note, document.get("contact_notes", ())))
    contact_groups.plant(db, map(_contact_group, document.get("contact_groups", ())))
    custom_fields.plant(db, map(_custom_field, document.get("custom_fields", ())))
    leveled_names.plant(
        db, "account_classification", map(_leveled_name, document.get("account_classifications", ()))
    )
    leveled_names.plant(db, "account_type", map(_leveled_name, document.get("account_types", ())))
    account_rows.plant(db, map(_account, document.get("accounts", ())))
    account_notes.plant(db, map(_account_note, document.get("account_notes", ())))
    account_links.plant(db, map(_account_link, document.get("account_links", ())))


def _contact_group(seed: SeedObject) -> ContactGroup:
    keys = ("id", "name", "createdBy", "modifiedBy", "createdAt", "modifiedAt")
    return ContactGroup(*(seed[key] for key in keys))  # type: ignore[arg-type]


def _custom_field(seed: SeedObject) -> CustomField:
    values: Any = seed.get("listValues", ())
    return CustomField(
        SLOTS[str(seed["field"])], str(seed["label"]), DataType(seed["dataType"]), tuple(values)
    )


def _leveled_name(seed: SeedObject) -> LeveledName:
    return LeveledName(*(seed[key] for key in ("id", "name", "level")))  # type: ignore[arg-type]


def _account(seed: SeedObject) -> Account:
    keys = ("id", "number", "createdDate", "createdBy", "modifiedDate", "modifiedBy", "location")
    fields = {key: seed[key] for key in WRITTEN_FIELDS if key in seed}
    return Account(*(seed.get(key) for key in keys), fields)  # type: ignore[arg-type,call-arg]


def _account_note(seed: SeedObject) -> AccountNote:
    return AccountNote(*(seed.get(key) for key in ("accountId", "name", "description")))  # type: ignore[arg-type]


def _account_link(seed: SeedObject) -> AccountLink:
    return AccountLink(*(seed[key] for key in account_links.COLUMNS))  # type: ignore[arg-type]
