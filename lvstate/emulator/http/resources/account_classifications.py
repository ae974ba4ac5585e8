"""Account classifications over HTTP (account-api.txt: Account Classifications), at both spellings.

The Method lines read at the plural path, update and delete at the singular one.
"""

from __future__ import annotations

from lvstate.emulator.http.leveled_names import LeveledNameHandlers
from lvstate.emulator.http.operations import ADMINISTRATORS, DEFAULT_ROLES, Operation

COLLECTION = ("/account/classifications", "/account/classification")
READ = ("/account/classifications/<id>", "/account/classification/<id>")
WRITTEN = ("/account/classification/<id>", "/account/classifications/<id>")

handlers = LeveledNameHandlers(lambda backend: backend.account_classifications)

OPERATIONS = [
    Operation("Create Classification", "POST", COLLECTION, ADMINISTRATORS, handlers.create),
    Operation("Read Classification", "GET", READ, DEFAULT_ROLES, handlers.read),
    Operation("List All Classification", "GET", COLLECTION, DEFAULT_ROLES, handlers.list_all),
    Operation("Update Classification", "PUT", WRITTEN, ADMINISTRATORS, handlers.update),
    Operation("Delete Classification", "DELETE", WRITTEN, ADMINISTRATORS, handlers.delete),
]
