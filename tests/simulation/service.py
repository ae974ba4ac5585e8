"""A second, small model of the service, for the four kinds only, that remembers who did what and when.

It shares nothing with the emulator. It answers requests as bytes, can show the tenant as it was a while
ago, and cuts listings of contact groups into small pages so that they shift as long ones do.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lvstate.effects import HttpReply, HttpRequest

Objects = dict[int | str, dict[str, Any]]
"""Fields by id or slot, in the words of the manifests."""

NAMED = ("contact_group", "account_classification", "account_type")
KINDS = (*NAMED, "custom_field")
SLOTS = ("COL1", "COL2", "COL10")
WIRE = {
    "name": "name",
    "level": "level",
    "label": "label",
    "dataType": "data_type",
    "listValues": "list_values",
}
_PATHS = (
    ("contact_group", re.compile(r"/contact/contactGroups(?:/(\d+))?\Z")),
    ("account_classification", re.compile(r"/account/classifications?(?:/(\d+))?\Z")),
    ("account_type", re.compile(r"/account/types?(?:/(\d+))?\Z")),
    ("custom_field", re.compile(r"/contact/contacts/customFields(?:/(COL\d+))?\Z")),
)
_VERBS = {
    ("GET", False): "list",
    ("GET", True): "read",
    ("POST", False): "create",
    ("DELETE", True): "delete",
}
CONSUMER_KEYS = {"typeId": "account_type", "classificationId": "account_classification"}


@dataclass(frozen=True)
class Operation:
    """What a request asks for; `rows` are ids and fields of a write, `offset` belongs to a listing."""

    verb: str
    kind: str
    rows: tuple[tuple[int | str | None, Mapping[str, Any]], ...] = ()
    offset: int = 0

    @property
    def writes(self) -> bool:
        return self.verb in ("create", "update", "delete")


@dataclass(frozen=True)
class Commit:
    """One effect on one object; `by` is the number of a run, or a colleague."""

    at: float
    by: int | str
    verb: str
    kind: str
    live_id: int | str
    fields: Mapping[str, Any]


def operation(request: HttpRequest) -> Operation:
    """Read a request as the service would."""
    split = urlsplit(request.path)
    body: Any = json.loads(request.body) if request.body else {}
    if split.path == "/session/login":
        return Operation("login", "session")
    if split.path == "/account/accounts/search":
        ((key, live_id),) = body["search"].items()
        return Operation("count", CONSUMER_KEYS[key], ((live_id, {}),))
    for kind, pattern in _PATHS:
        if found := pattern.match(split.path):
            key = found[1]
            live_id = key if kind == "custom_field" or key is None else int(key)
            offset = int(parse_qs(split.query).get("offset", ["0"])[0])
            if request.method == "PUT" and kind == "custom_field":
                rows = tuple((row["field"], fields_of(row)) for row in body["customFields"])
                return Operation("update", kind, rows)
            verb = "update" if request.method == "PUT" else _VERBS[request.method, live_id is not None]
            return Operation(verb, kind, ((live_id, fields_of(body)),), offset)
    raise AssertionError(f"no such path: {split.path}")


def fields_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Translate an object from the wire into the words of the manifests."""
    found = {WIRE[key]: value for key, value in row.items() if key in WIRE}
    if "level" in found:
        found["level"] = int(found["level"])
    if "list_values" in found:
        found["list_values"] = tuple(found["list_values"])
    return found


class Service:
    """The tenant: its objects, its past, its sessions and every effect that anybody had on it."""

    def __init__(self, objects: Mapping[str, Objects], used: frozenset[int], page: int) -> None:
        self.objects: dict[str, Objects] = {
            kind: {i: dict(f) for i, f in objects.get(kind, {}).items()} for kind in KINDS
        }
        self.used = used
        self.page = page
        self.commits: list[Commit] = []
        self.named_at: dict[tuple[str, int | str], tuple[float, int | str]] = {
            (kind, i): (float("-inf"), "before") for kind in KINDS for i in self.objects[kind]
        }
        """When, and by whom, each object got the name that it has."""
        self.sessions: set[str] = set()
        self._past: defaultdict[str, list[tuple[float, Objects]]] = defaultdict(list)
        self._next_id = 1000
        self._logins = 0
        for kind in KINDS:
            self._remember(kind, float("-inf"))

    # What others do

    def rename(self, at: float, by: str, kind: str, live_id: int | str, fields: Mapping[str, Any]) -> None:
        """Change an object by hand, if it is there."""
        if live_id in self.objects[kind] or kind == "custom_field":
            self._update(at, by, kind, live_id, fields)

    def add(self, at: float, by: str, kind: str, live_id: int, fields: Mapping[str, Any]) -> None:
        """Make an object by hand."""
        if live_id not in self.objects[kind]:
            self._put(at, by, kind, live_id, fields)

    def remove(self, at: float, by: str, kind: str, live_id: int | str) -> None:
        """Remove an object by hand."""
        if self.objects[kind].pop(live_id, None) is not None:
            self._did(at, by, "delete", kind, live_id, {})

    # What requests do

    def perform(self, request: HttpRequest, at: float, by: int, seen_at: float) -> HttpReply:
        """Carry a request out now; reads see the tenant as it was at `seen_at`."""
        asked = operation(request)
        if asked.verb == "login":
            self._logins += 1
            session = f"session-canary-{self._logins:04}"
            self.sessions.add(session)
            return reply(200, {"sessionId": session, "clientId": 7, "userId": 3})
        if request.headers.get("LV-Session") not in self.sessions:
            return reply(401, {"code": 101, "message": "Invalid session"})
        if asked.writes:
            return self._write(asked, at, by)
        return self._read(asked, self.seen(asked.kind, seen_at))

    def seen(self, kind: str, at: float) -> Objects:
        """The objects of a kind as they were."""
        return next(objects for moment, objects in reversed(self._past[kind]) if moment <= at)

    def _read(self, asked: Operation, objects: Objects) -> HttpReply:
        live_id = asked.rows[0][0]
        if asked.verb == "count":
            rows = [{"id": 5, _key(asked.kind): live_id}] * (2 if live_id in self.used else 0)
            return reply(200, {"listAccount": rows})
        if asked.verb == "read":
            if live_id not in objects:
                return reply(404, {"code": 203, "message": "No Record Found"})
            return reply(200, _row(asked.kind, live_id, objects[live_id]))
        ordered = sorted(objects.items(), key=lambda item: (item[1].get("level", 0), str(item[0]).zfill(9)))
        rows = [_row(asked.kind, i, fields) for i, fields in ordered]
        if asked.kind == "custom_field":
            return reply(200, {"customFields": rows})
        if asked.kind != "contact_group":
            return reply(200, rows)
        shown = rows[asked.offset : asked.offset + self.page]
        following = asked.offset + self.page < len(rows)
        return reply(200, {"contactGroup": shown, **({"next": "elsewhere"} if following else {})})

    def _write(self, asked: Operation, at: float, by: int) -> HttpReply:
        live_id, fields = asked.rows[0]
        match asked.verb:
            case "create":
                if asked.kind == "custom_field" or set(fields) != {"name"}:
                    return reply(400, {"code": 202, "message": "Value missing"})
                made = self._next_id
                self._next_id += 1
                levels = [f["level"] for f in self.objects[asked.kind].values() if "level" in f]
                level = {} if asked.kind == "contact_group" else {"level": max(levels, default=0) + 1}
                self._put(at, by, asked.kind, made, {**fields, **level})
                return reply(201, {"id": made})
            case "update":
                if asked.kind == "custom_field" and not all("label" in f for _, f in asked.rows):
                    return reply(400, {"code": 202, "message": "Value missing"})
                if asked.kind != "custom_field" and live_id not in self.objects[asked.kind]:
                    return reply(404, {"code": 203, "message": "No Record Found"})
                for each, values in asked.rows:
                    assert each is not None
                    self._update(at, by, asked.kind, each, values)
                return reply(204)
            case _:
                if live_id is None or live_id not in self.objects[asked.kind]:
                    return reply(404, {"code": 203, "message": "No Record Found"})
                del self.objects[asked.kind][live_id]
                self._did(at, by, "delete", asked.kind, live_id, {})
                return reply(204)

    def _put(self, at: float, by: int | str, kind: str, live_id: int, fields: Mapping[str, Any]) -> None:
        self.objects[kind][live_id] = dict(fields)
        self.named_at[kind, live_id] = (at, by)
        self._did(at, by, "create", kind, live_id, fields)

    def _update(
        self, at: float, by: int | str, kind: str, live_id: int | str, fields: Mapping[str, Any]
    ) -> None:
        held = self.objects[kind].setdefault(live_id, {})
        if "name" in fields and fields["name"] != held.get("name"):
            self.named_at[kind, live_id] = (at, by)
        held.update(fields)
        self._did(at, by, "update", kind, live_id, fields)

    def _did(
        self, at: float, by: int | str, verb: str, kind: str, live_id: int | str, fields: Mapping[str, Any]
    ) -> None:
        self.commits.append(Commit(at, by, verb, kind, live_id, dict(fields)))
        self._remember(kind, at)

    def _remember(self, kind: str, at: float) -> None:
        self._past[kind].append((at, {i: dict(fields) for i, fields in self.objects[kind].items()}))


def reply(status: int, document: Any = None, **headers: str) -> HttpReply:
    """An answer with a JSON document, or none."""
    body = b"" if document is None else json.dumps(document).encode()
    return HttpReply(status, {"content-type": "application/json", **headers}, body)


def _key(kind: str) -> str:
    return next(key for key, those in CONSUMER_KEYS.items() if those == kind)


def _row(kind: str, live_id: int | str, fields: Mapping[str, Any]) -> dict[str, Any]:
    spelled = {WIRE_OF[name]: value for name, value in fields.items()}
    return {"field" if kind == "custom_field" else "id": live_id, **spelled}


WIRE_OF = {ours: theirs for theirs, ours in WIRE.items()}
