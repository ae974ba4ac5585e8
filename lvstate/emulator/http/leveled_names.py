"""What classifications and types share over HTTP: five handlers over either list (account-api.txt)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.wrappers import Response

from lvstate.emulator.backend import Backend
from lvstate.emulator.backend.leveled_names import LeveledName, LeveledNameChange, LeveledNames
from lvstate.emulator.backend.refusals import InvalidValue
from lvstate.emulator.http.answers import created, json_answer, no_content
from lvstate.emulator.http.bodies import Fields, read_object
from lvstate.emulator.http.operations import Call

MAX_LEVEL = 2**31 - 1  # documented as Integer, where ids are documented as ids


@dataclass(frozen=True)
class LeveledNameHandlers:
    """The five methods over the list that `choose` takes from the backend."""

    choose: Callable[[Backend], LeveledNames]

    def create(self, call: Call) -> Response:
        """`{"name"}` to 201 `{"id"}`; a level is not taken here."""
        return created(self.choose(call.backend).create(read_object(call.request).required_text("name")))

    def list_all(self, call: Call) -> Response:
        """200, a bare array in the order of the display, not paged."""
        return json_answer([_document(entry) for entry in self.choose(call.backend).all()])

    def read(self, call: Call) -> Response:
        """200 `{"level", "name", "id"}`, without a wrapper."""
        return json_answer(_document(self.choose(call.backend).read(call.object_id())))

    def update(self, call: Call) -> Response:
        """`{"name"?, "level"?}` to 204; a level may be written as a string, null takes it away."""
        change = _change(read_object(call.request))
        self.choose(call.backend).update(call.object_id(), change)
        return no_content()

    def delete(self, call: Call) -> Response:
        """204, in use or not."""
        self.choose(call.backend).delete(call.object_id())
        return no_content()


def _change(fields: Fields) -> LeveledNameChange:
    level = fields.integer("level")
    if level is not None and not 0 <= level <= MAX_LEVEL:
        raise InvalidValue(f"level must be between 0 and {MAX_LEVEL}.")
    name = fields.required_text("name") if fields.has("name") else None
    return LeveledNameChange(name=name, level=level, sets_level=fields.has("level"))


def _document(entry: LeveledName) -> dict[str, object]:
    document: dict[str, object] = {} if entry.level is None else {"level": entry.level}
    return document | {"name": entry.name, "id": entry.id}
