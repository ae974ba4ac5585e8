"""One method of the API as a row of a table: its name, verb, path spellings, roles and handler."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from werkzeug.wrappers import Response

from lvstate.emulator.backend import Backend
from lvstate.emulator.backend.paging import MAX_COUNT, Window
from lvstate.emulator.backend.refusals import InvalidValue, NoRecord
from lvstate.emulator.backend.tenant import Role, User
from lvstate.emulator.http.requests import EmulatorRequest, segment_text
from lvstate.emulator.settings import Settings
from lvstate.emulator.storage import MAX_ID

ADMINISTRATORS = frozenset({Role.SYSADMIN, Role.SUPERUSER})
DEFAULT_ROLES = ADMINISTRATORS | {Role.MANAGER}
EVERY_USER = DEFAULT_ROLES | {Role.IT_USER}

_DIGITS = re.compile(r"[0-9]{1,19}", re.ASCII)


@dataclass(frozen=True)
class Operation:
    """A method of the vendor's pages.

    `name` is the vendor's heading. `paths` are werkzeug rules without a last slash: that of the Method line,
    then the other spellings. `roles` may use it; None means that it needs no session. `also` are a verb and a
    path that an example shows in place of the Method line's. With strict paths only the Method line is served.
    Methods that share verb and path are told apart by `is_meant`, which may raise Refused; the last of them takes what no other claims.
    """

    name: str
    verb: str
    paths: tuple[str, ...]
    roles: frozenset[Role] | None
    handler: Callable[[Call], Response]
    also: tuple[tuple[str, str], ...] = ()
    is_meant: Callable[[EmulatorRequest], bool] | None = None

    def places(self, *, strict: bool) -> tuple[tuple[str, str], ...]:
        """Every verb and path that it answers."""
        if strict:
            return ((self.verb, self.paths[0]),)
        return (*((self.verb, path) for path in self.paths), *self.also)


@dataclass
class Call:
    """One request on its way to a handler.

    `user` is None only for operations without a session, until a login says who it is.
    """

    backend: Backend
    request: EmulatorRequest
    segments: Mapping[str, str]
    user: User | None
    settings: Settings

    @property
    def signed_in(self) -> User:
        """The user of an operation that needs a session."""
        if self.user is None:
            raise TypeError("an operation without roles has no user")
        return self.user

    def segment(self, name: str) -> str:
        """A variable part of the path, as text."""
        return segment_text(self.segments[name])

    def object_id(self, name: str = "id") -> int:
        """A variable part of the path, as an id. Raises NoRecord where no object can have such an id."""
        text = self.segment(name)
        if not _DIGITS.fullmatch(text) or int(text) > MAX_ID:
            raise NoRecord
        return int(text)

    def window(self) -> Window:
        """`count` and `offset` of the query, both mandatory; `count` is clipped. Raises InvalidValue."""
        count = self._query_number("count")
        if count == 0:
            raise InvalidValue("count must be at least 1.")
        return Window(count=min(count, MAX_COUNT), offset=self._query_number("offset"))

    def _query_number(self, name: str) -> int:
        given = self.request.args.getlist(name)
        if len(given) != 1 or not _DIGITS.fullmatch(given[0]) or int(given[0]) > MAX_ID:
            raise InvalidValue(f"{name} is required once, as a number that is not negative.")
        return int(given[0])
