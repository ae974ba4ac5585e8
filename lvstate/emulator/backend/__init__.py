"""The tenant without HTTP: one file per resource, plain typed methods, refusals as exceptions.

Each brings its own `TABLES` and joins `Backend` below.
"""

from __future__ import annotations

from dataclasses import dataclass

from lvstate.emulator.backend import (
    account_links,
    account_notes,
    account_rows,
    contact_groups,
    contact_notes,
    contact_rows,
    custom_fields,
    leveled_names,
    sessions,
)
from lvstate.emulator.backend.account_links import AccountLinks
from lvstate.emulator.backend.account_notes import AccountNotes
from lvstate.emulator.backend.accounts import Accounts
from lvstate.emulator.backend.contact_groups import ContactGroups
from lvstate.emulator.backend.contact_notes import ContactNotes
from lvstate.emulator.backend.contacts import Contacts
from lvstate.emulator.backend.custom_fields import CustomFields
from lvstate.emulator.backend.leveled_names import LeveledNames
from lvstate.emulator.backend.sessions import Sessions
from lvstate.emulator.clock import Clock
from lvstate.emulator.storage import Storage

TABLES = (
    # One row once a seed was planted; its presence is what keeps a restart from planting again.
    "CREATE TABLE IF NOT EXISTS tenant (client_id INTEGER PRIMARY KEY, seed TEXT NOT NULL)",
    *sessions.TABLES,
    *contact_rows.TABLES,
    *contact_notes.TABLES,
    *contact_groups.TABLES,
    *custom_fields.TABLES,
    *leveled_names.tables("account_classification"),
    *leveled_names.tables("account_type"),
    *account_rows.TABLES,
    *account_notes.TABLES,
    *account_links.TABLES,
)


@dataclass(frozen=True)
class Backend:
    """Every resource of the tenant."""

    sessions: Sessions
    contacts: Contacts
    contact_notes: ContactNotes
    contact_groups: ContactGroups
    custom_fields: CustomFields
    account_classifications: LeveledNames
    account_types: LeveledNames
    accounts: Accounts
    account_notes: AccountNotes
    account_links: AccountLinks


def open_backend(storage: Storage, clock: Clock) -> Backend:
    """The resources over a storage that was made with `TABLES`."""
    return Backend(
        sessions=Sessions(storage, clock),
        contacts=Contacts(storage, clock),
        contact_notes=ContactNotes(storage),
        contact_groups=ContactGroups(storage, clock),
        custom_fields=CustomFields(storage),
        account_classifications=LeveledNames(storage, "account_classification"),
        account_types=LeveledNames(storage, "account_type"),
        accounts=Accounts(storage, clock),
        account_notes=AccountNotes(storage),
        account_links=AccountLinks(storage, clock),
    )
