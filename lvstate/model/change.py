"""The plan and its parts: immutable, ordered, printable."""

from typing import Literal, NamedTuple

from lvstate.model.problem import Source
from lvstate.model.project import EVERYTHING, Commit, Selection
from lvstate.model.resource import NO_FIELDS, Fields, LiveId, Value
from lvstate.model.tenant import Tenant

ActionName = Literal["create", "update", "delete"]
Origin = Literal["manifest", "drift", "both"]


class FieldChange(NamedTuple):
    """One field's value before and after; None where there is none."""

    path: str
    before: Value | None
    after: Value | None
    origin: Origin | None = None
    """Who moved, where the plan was compared with a base."""


class Usage(NamedTuple):
    """How many accounts use an object; `more` says that counting stopped there."""

    accounts: int
    more: bool = False

    @property
    def bracket(self) -> str:
        """`0`, `some` or `1000 or more`: all that a fingerprint may depend on."""
        if self.more:
            return "1000 or more"
        return "some" if self.accounts else "0"

    def __str__(self) -> str:
        """Return the count in words."""
        if self.more:
            return f"{self.accounts} or more accounts"
        return f"{self.accounts} account{'' if self.accounts == 1 else 's'}"


class Create(NamedTuple):
    """Make a new object with the declared fields."""

    kind: str
    address: str
    name: str
    fields: tuple[FieldChange, ...]
    source: Source | None = None
    origin: Origin | None = None
    notes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The change's own name, stable between runs."""
        return f"{self.kind}/{self.address}:create"

    @property
    def action(self) -> Literal["create"]:
        """What an apply does."""
        return "create"

    @property
    def live_id(self) -> None:
        """No live object exists yet."""
        return


class Update(NamedTuple):
    """Change fields of one live object in place. `live_id` is None where live was not read."""

    kind: str
    address: str
    name: str
    live_id: LiveId | None
    fields: tuple[FieldChange, ...]
    expected: Fields = NO_FIELDS
    """Every declared field as it was live when planned; {} for a slot the listing did not show."""
    source: Source | None = None
    origin: Origin | None = None
    notes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The change's own name, stable between runs."""
        return f"{self.kind}/{self.address}:update"

    @property
    def action(self) -> Literal["update"]:
        """What an apply does."""
        return "update"

    @property
    def target(self) -> LiveId:
        """The object to write to."""
        return _known(self.live_id)


class Delete(NamedTuple):
    """Remove one live object. `address` is that of the `removed:` entry, None for an exclusive kind.

    `live_id` is None where live was not read.
    """

    kind: str
    address: str | None
    name: str
    live_id: LiveId | None
    fields: tuple[FieldChange, ...]
    in_use: Usage | None = None
    """None where nobody could count, which a note then says, or nothing can use the kind."""
    source: Source | None = None
    origin: Origin | None = None
    notes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The change's own name, stable between runs."""
        return f"{self.kind}/{self.address or f'#{self.live_id or self.name}'}:delete"

    @property
    def action(self) -> Literal["delete"]:
        """What an apply does."""
        return "delete"

    @property
    def target(self) -> LiveId:
        """The object to remove."""
        return _known(self.live_id)


def _known(live_id: LiveId | None) -> LiveId:
    if live_id is None:
        raise ValueError("this plan was made without reading live: it cannot be carried out")
    return live_id


Change = Create | Update | Delete


class Blocked(NamedTuple):
    """A change that a guard refuses, with everything needed to lift the guard."""

    kind: str
    address: str | None
    name: str | None
    action: ActionName | None
    code: str
    reason: str
    hint: str | None = None
    live_ids: tuple[LiveId, ...] = ()
    in_use: Usage | None = None
    source: Source | None = None
    fields: tuple[FieldChange, ...] = ()
    """What it would change in each of `live_ids`: for the fingerprint only, a document does not show it."""
    suggestion: str | None = None
    """YAML to paste into a manifest, which would lift the guard."""


class Unlisted(NamedTuple):
    """A live object that no manifest declares."""

    kind: str
    name: str
    live_id: LiveId
    drift: bool = False
    """Whether the project file makes it a difference for `drift`."""


class Warning(NamedTuple):  # noqa: A001 (the field's own word)
    """Something worth knowing that stops nothing."""

    code: str
    message: str
    ref: str | None = None
    suggestion: str | None = None
    """YAML to paste into a manifest, if that is what is missing."""


class Plan(NamedTuple):
    """What an apply would do, in order; what it may not do; and what it leaves alone."""

    tenant: Tenant
    environment: str
    changes: tuple[Change, ...]
    blocked: tuple[Blocked, ...]
    unlisted: tuple[Unlisted, ...]
    warnings: tuple[Warning, ...]
    fingerprint: str
    selection: Selection = EVERYTHING
    base: Commit | None = None
    """What the manifests were compared with, for the origins."""
    allow_create: tuple[str, ...] = ()
    """The printed addresses that may be created although the base had them."""
    offline: bool = False
    """Whether live was not read, so that this is the difference of the manifests alone."""

    def count(self, action: ActionName) -> int:
        """How many changes of this action the plan holds."""
        return sum(change.action == action for change in self.changes)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do and nothing in the way."""
        return not self.changes and not self.blocked

    @property
    def drifted(self) -> bool:
        """Whether `drift` calls this a difference."""
        return bool(self.changes or self.blocked or any(u.drift for u in self.unlisted))
