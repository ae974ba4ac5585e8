"""What the changes of one apply share: the writer, the journal, and why nothing more is to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lvstate.effects import Append, Stopping, Until
from lvstate.engine.outage import Attentive
from lvstate.engine.settle import Settler
from lvstate.errors import LvstateError
from lvstate.model.attempt import Attempt, Cause, NotDone
from lvstate.model.change import Change
from lvstate.model.report import Outcome, Status
from lvstate.model.resource import LiveId


class Run:
    """One apply.

    `seen` holds, by kind, the ids that lived before anything was sent; `halted` says, by kind or
    for every kind (`*`), why nothing more is to be sent.
    """

    def __init__(self, writer: Attentive, seen: dict[str, frozenset[LiveId]], settler: Settler) -> None:
        self.writer = writer
        self.seen = seen
        self.settler = settler
        self.halted: dict[str, str] = {}
        self.journalled: set[str] = set()
        """The changes of which the journal tells how they ended."""

    async def held_back(self, change: Change) -> Outcome | None:
        """Return a skipped outcome when this change must not start; waits while nobody can tell."""
        if self._in_doubt():
            await Until(lambda: not self._in_doubt())
        why = self.halted.get("*") or self.halted.get(change.kind) or self.writer.gone
        if why is None and await Stopping():
            why = "the run was interrupted before it"
        return None if why is None else Outcome(change, Status.SKIPPED, change.live_id, why)

    def _in_doubt(self) -> bool:
        return self.writer.doubtful and "*" not in self.halted

    async def note(self, record: Mapping[str, Any], *, wait: bool = True) -> str | None:
        """Journal a record; when that fails, nothing more is sent, and the reason is returned.

        Without `wait` the record goes to disk together with what is journalled next.
        """
        try:
            await Append(record, wait=wait)
        except LvstateError as error:
            self.halted["*"] = error.message
            return error.message
        return None

    async def intend(self, change: Change) -> str | None:
        """Journal a change with its values before it is sent; the reason when that fails."""
        fields = [{"path": f.path, "before": f.before, "after": f.after} for f in change.fields]
        record: dict[str, Any] = {"event": "intent", "change": change.id, "name": change.name}
        record["fields"] = fields
        if change.live_id is not None:
            record["live_id"] = change.live_id
        return await self.note(record)

    async def ended(self, outcome: Outcome) -> Outcome:
        """Journal how a change ended: nothing depends on it, so it shares its way to disk with what comes next."""
        record: dict[str, Any] = {"event": "outcome", "change": outcome.change.id}
        record["status"] = outcome.status.value
        if outcome.live_id is not None:
            record["live_id"] = outcome.live_id
        if outcome.error:
            record["error"] = outcome.error
        if await self.note(record, wait=False) is None:
            self.journalled.add(outcome.change.id)
        return outcome

    def learn(self, change: Change, attempt: Attempt) -> None:
        """Halt what a refusal says cannot work."""
        match attempt:
            case NotDone(Cause.UNAUTHENTICATED, reason):
                self.halted["*"] = f"no session can be had: {reason}"
            case NotDone(Cause.FORBIDDEN, reason):
                self.halted[change.kind] = f"the role may not write this kind: {reason}"
            case _:
                pass
