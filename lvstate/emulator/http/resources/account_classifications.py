"""Account classifications over HTTP (account-api.txt: Account Classifications), at both spellings."""

from __future__ import annotations

from lvstate.emulator.http.leveled_names import LeveledNameHandlers
from lvstate.emulator.http.operations import ADMINISTRATORS, DEFAULT_ROLES, Operation

COLLECTION = ("/account/classifications", "/account/classification")
ITEM = ("/account/classifications/<id>", "/account/classification/<id>")

handlers = LeveledNameHandlers(lambda backend: backend.account_classifications)

OPERATIONS = [
    Operation("Create Classification", "POST", COLLECTION, ADMINISTRATORS, handlers.create),
    Operation("Read Classification", "GET", ITEM, DEFAULT_ROLES, handlers.read),
    Operation("List All Classification", "GET", COLLECTION, DEFAULT_ROLES, handlers.list_all),
    Operation("Update Classification", "PUT", ITEM, ADMINISTRATORS, handlers.update),
    Operation("Delete Classification", "DELETE", ITEM, ADMINISTRATORS, handlers.delete),
]
