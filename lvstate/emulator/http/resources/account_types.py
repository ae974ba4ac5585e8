"""Account types over HTTP (account-api.txt: Account Types), at both spellings of their path; the Method lines mix them.

A Manager may list types but not read one: that is what the page says, and unlike classifications.
"""

from __future__ import annotations

from lvstate.emulator.http.leveled_names import LeveledNameHandlers
from lvstate.emulator.http.operations import ADMINISTRATORS, DEFAULT_ROLES, Operation

COLLECTION = ("/account/types", "/account/type")
ITEM = ("/account/type/<id>", "/account/types/<id>")

handlers = LeveledNameHandlers(lambda backend: backend.account_types)

OPERATIONS = [
    Operation("Create Type", "POST", COLLECTION, ADMINISTRATORS, handlers.create),
    Operation("Read Type", "GET", ITEM, ADMINISTRATORS, handlers.read),
    Operation("List All Types", "GET", COLLECTION, DEFAULT_ROLES, handlers.list_all),
    Operation("Update Type", "PUT", ITEM, ADMINISTRATORS, handlers.update),
    Operation("Delete Type", "DELETE", ITEM, ADMINISTRATORS, handlers.delete),
]
