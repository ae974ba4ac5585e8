"""A tenant in memory that reads, writes and misbehaves as a test says, and remembers every call."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lvstate.effects import Sleep, Stopping
from lvstate.kinds import kind_named
from lvstate.model.attempt import Attempt, Cause, Done, NotDone, Unknown
from lvstate.model.change import Usage
from lvstate.model.resource import Fields, Live, LiveId, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lvstate.errors import LvstateError
    from lvstate.kinds.kind import Kind
    from tests.engine.stepping import Stage


@dataclass(frozen=True)
class Lost:
    """The write was sent and no answer came; `commits` is when it takes effect, None for never."""

    commits: float | None = None
    reason: str = "connection reset"


COMMITTED = Lost(commits=0)
VANISHED = Lost()

Objects = Mapping[LiveId, Mapping[str, Value]]
"""Fields by id, or by slot."""

Answer = Lost | NotDone | Done | None
"""What a write is answered with; None means honestly."""


@dataclass(frozen=True)
class Written:
    """One write as the tenant received it."""

    verb: str
    kind: str
    live_id: LiveId | None
    fields: Mapping[str, Value]
    at: float


class ModelTenant:
    """Objects by kind and id; implements the engine's Reader and Writer.

    Scripts are used up call by call, in order: `answers` by (verb, kind), `faults` by (verb, kind)
    for reads, where None means honestly, and `meanwhile` by (verb, kind) for what somebody else does
    just before the call. `rules` refuse a row of fields with a reason.
    """

    def __init__(self, stage: Stage, **objects: Objects) -> None:
        self.stage = stage
        self.objects: dict[str, dict[LiveId, dict[str, Value]]] = defaultdict(dict)
        for kind, those in objects.items():
            self.objects[kind] = {live_id: dict(fields) for live_id, fields in those.items()}
        self.accounts: dict[LiveId, Usage | LvstateError] = {}
        self.writes: list[Written] = []
        self.requests: list[str] = []
        self.reads: list[str] = []
        self.answers: dict[tuple[str, str], deque[Answer]] = defaultdict(deque)
        self.faults: dict[tuple[str, str], deque[LvstateError | None]] = defaultdict(deque)
        self.meanwhile: dict[tuple[str, str], deque[Callable[[], object]]] = defaultdict(deque)
        self.rules: list[Callable[[Mapping[str, Value]], str | None]] = []
        self.next_id = 9001
        self.reversed = False
        """Whether listings come in the other order."""

    def state(self, kind: str) -> dict[LiveId, dict[str, Value]]:
        """The objects of a kind, as a copy."""
        return {live_id: dict(fields) for live_id, fields in self.objects[kind].items()}

    def sent(self, verb: str) -> list[Written]:
        """The writes of one verb; a batch counts row by row."""
        return [write for write in self.writes if write.verb == verb]

    # Reader

    async def list(self, kind: Kind, *, known: int = 0) -> tuple[Live, ...]:
        await self._call(f"list {kind.name}", ("list", kind.name))
        those = [
            Live(kind.name, live_id, dict(fields)) for live_id, fields in self.objects[kind.name].items()
        ]
        return tuple(reversed(those) if self.reversed else those)

    async def poll(self, kind: Kind) -> tuple[Live, ...]:
        return await self.list(kind)

    async def read(self, kind: Kind, live_id: LiveId) -> Live | None:
        await self._call(f"read {kind.name} {live_id}", ("read", kind.name))
        fields = self.objects[kind.name].get(live_id)
        return None if fields is None else Live(kind.name, live_id, dict(fields))

    async def usage(self, kind: Kind, live_id: LiveId) -> Usage:
        await self._call(f"count {kind.name} {live_id}", ("usage", kind.name))
        counted = self.accounts.get(live_id, Usage(0))
        if not isinstance(counted, Usage):
            raise counted
        return counted

    async def _call(self, what: str, script: tuple[str, str]) -> None:
        self.reads.append(what)
        self.requests.append(what)
        await Sleep(0.01)
        if self.meanwhile[script]:
            self.meanwhile[script].popleft()()
        if self.faults[script]:
            fault = self.faults[script].popleft()
            if fault is not None:
                raise fault

    # Writer

    async def create(self, kind: Kind, fields: Fields) -> Attempt:
        assert set(fields) <= set(kind.shape.create_fields), "a create cannot carry these fields"
        live_id: LiveId = self.next_id
        self.next_id += 1

        def commit() -> None:
            self.objects[kind.name][live_id] = dict(fields)

        return await self._write("create", kind, [(None, fields)], commit, Done(live_id))

    async def update(self, kind: Kind, changes: Sequence[tuple[LiveId, Fields]]) -> Attempt:
        assert kind.shape.batched or len(changes) == 1, "one write carries one object here"

        def commit() -> None:
            for live_id, fields in changes:
                if kind.slots or live_id in self.objects[kind.name]:
                    self.objects[kind.name].setdefault(live_id, {}).update(fields)

        return await self._write("update", kind, changes, commit, Done())

    async def delete(self, kind: Kind, live_id: LiveId) -> Attempt:
        def commit() -> None:
            self.objects[kind.name].pop(live_id, None)

        return await self._write("delete", kind, [(live_id, {})], commit, Done())

    async def _write(
        self,
        verb: str,
        kind: Kind,
        rows: Sequence[tuple[LiveId | None, Fields]],
        commit: Callable[[], None],
        done: Done,
    ) -> Attempt:
        if await Stopping():
            return NotDone(Cause.STOPPED, "the run was interrupted")
        self.requests.append(f"{verb} {kind.name} {','.join(str(live_id) for live_id, _ in rows)}")
        self.writes += [Written(verb, kind.name, i, dict(fields), self.stage.now) for i, fields in rows]
        await Sleep(0.01)
        script = (verb, kind.name)
        if self.meanwhile[script]:
            self.meanwhile[script].popleft()()
        answer = self.answers[script].popleft() if self.answers[script] else None
        match answer:
            case None:
                refusal = self._refusal(verb, kind, rows)
                if refusal is None:
                    commit()
                return refusal or done
            case Lost(commits, reason):
                if commits == 0:
                    commit()
                elif commits is not None:
                    self.stage.at(commits, commit)
                return Unknown(reason)
            case _:
                return answer

    def _refusal(self, verb: str, kind: Kind, rows: Sequence[tuple[LiveId | None, Fields]]) -> NotDone | None:
        for live_id, fields in rows:
            if verb == "update" and kind.slots and kind.name_field not in fields:
                return NotDone(Cause.REFUSED, "status 400: Value missing for the label")
            if verb != "create" and not kind.slots and live_id not in self.objects[kind.name]:
                return NotDone(Cause.GONE, "status 404: No Record Found")
            for rule in self.rules:
                if reason := rule(fields):
                    return NotDone(Cause.REFUSED, reason)
        return None


GROUP, COLUMN, CLASSIFICATION, TYPE = (
    kind_named(name) for name in ("contact_group", "custom_field", "account_classification", "account_type")
)
