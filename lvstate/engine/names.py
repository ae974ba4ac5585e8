"""Guards names: none new that people would take for another, or cannot see whole.

Names are opaque to LiveVox and to us: these forms only warn or refuse, they never match.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from lvstate.engine.identity import Binding
from lvstate.kinds.kind import Kind
from lvstate.model.change import Blocked, Create, Update, Warning
from lvstate.model.resource import Declared, Live, LiveId

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories of characters that control or hide rather than show (bidi marks are Cf)."""

_BLANK_FILLERS = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\u00ad", "\u034f"}
"""Characters of visible categories that render as nothing."""


def look(name: str) -> str:
    """Return a form that is equal for names that people would take for each other.

    Services that tidy up what they store take blanks away, or bring NFC, or NFKC: a name that comes back
    like that has to be known again.
    """
    if name.isascii():
        return " ".join(name.casefold().split())
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def unseen(name: str) -> tuple[str, ...]:
    """Return the code points of a name that people cannot see, such as `U+202E`, each once."""
    if name.isascii() and name.isprintable():
        return ()
    hidden = [c for c in name if unicodedata.category(c) in _UNSEEN or c in _BLANK_FILLERS]
    return tuple(dict.fromkeys(f"U+{ord(c):04X}" for c in hidden))


class _Owner(NamedTuple):
    """Whose a name is: an address, or an object that nobody declares; and where it lives."""

    address: str | None
    name: str
    live_id: LiveId | None = None
    doomed: bool = False
    """Whether the same plan deletes it: behind everything else, so that the name is not free before."""


class NameGuard:
    """Knows how every object of a kind will be named after the creates and updates, and by which address.

    `doomed` are the ids that the same plan deletes.
    """

    def __init__(
        self,
        kind: Kind,
        objects: Sequence[Live],
        bindings: Sequence[Binding],
        doomed: Collection[LiveId] = (),
    ) -> None:
        self._kind = kind
        self._owners: defaultdict[str, list[_Owner]] = defaultdict(list)
        """By look."""
        self._kept: dict[str, tuple[str, list[_Owner]]] = {}
        """Managed objects that live under the name they keep, and all that look like it."""
        self._left: dict[str, _Owner] = {}
        """Managed objects that are declared under another name than they live under."""
        bound = {b.live.id: b.target for b in bindings if b.live and isinstance(b.target, Declared)}
        for live in objects:
            target = bound.get(live.id)
            name = kind.live_name(live)
            if target is None:
                self._own(_Owner(None, name, live.id, live.id in doomed))
                continue
            desired = self._desired(target) or name
            if desired == name:
                self._kept[target.address] = name, self._own(_Owner(target.address, name, live.id))
            else:
                self._own(_Owner(target.address, desired))
                self._left[target.address] = _Owner(target.address, name, live.id)
        for b in bindings:
            if b.live is None and b.blocked is None and isinstance(b.target, Declared):
                self._own(_Owner(b.target.address, self._desired(b.target) or ""))

    def sift(self, changes: Sequence[Create | Update]) -> tuple[Sequence[Create | Update], Sequence[Blocked]]:
        """Split the changes of a run into those whose names may be and those that are refused.

        A rename that is refused, or not part of the run, frees no name: that may refuse others.
        """
        refused: dict[str, Blocked] = {}
        allowed = changes
        while True:
            moving = {change.address for change in allowed}
            for address in sorted(self._left.keys() - moving):
                self._own(self._left.pop(address))
            found = {change.id: why for change in allowed if (why := self.refusal(change)) is not None}
            if not found:
                return allowed, list(refused.values())
            refused |= found
            allowed = [change for change in allowed if change.id not in refused]

    def refusal(self, change: Create | Update) -> Blocked | None:
        """Return what stands against a new name, if anything."""
        new = next((str(f.after) for f in change.fields if f.path == self._kind.name_field), None)
        if new is None:
            return None
        hidden = unseen(new)
        if hidden:
            return self._blocked(change, "unsafe-name", self._hidden(hidden), "take them out")
        twins = self._twins(change.address, new)
        if not twins:
            return None
        reason = f'people would take its name for "{twins[0].name}" ({self._who(twins[0])})'
        hint = "choose another name, or bind the existing object with `id:` or `previous_names:`"
        if all(twin.doomed for twin in twins):
            reason += ", which is deleted in the same plan, but after everything else"
            hint = "apply the delete first, and this change in a plan after it"
        return self._blocked(change, "similar-name", reason, hint, twins)

    def warnings(self, addresses: Iterable[str]) -> list[Warning]:
        """Return what already lives like that under the given addresses."""
        found = []
        for address in addresses:
            if address not in self._kept:
                continue
            name, alike = self._kept[address]
            if hidden := unseen(name):
                found.append(Warning("unsafe-name", self._hidden(hidden), f"{self._kind.name}/{address}"))
            if len(alike) > 1:
                twins = self._twins(address, name)
                if twin := next((t for t in twins if t.name != name), None):
                    message = f'people may take its name for "{twin.name}" ({self._who(twin)})'
                    found.append(Warning("similar-name", message, f"{self._kind.name}/{address}"))
        return found

    def _own(self, owner: _Owner) -> list[_Owner]:
        """Add an owner; returns all whose names look like that, as far as they are known."""
        alike = self._owners[look(owner.name)]
        alike.append(owner)
        return alike

    def _desired(self, target: Declared) -> str | None:
        name = target.fields.get(self._kind.name_field)
        return None if name is None else str(name)

    def _twins(self, address: str, name: str) -> list[_Owner]:
        if self._kind.slots:
            return []  # the slot tells them apart
        return [owner for owner in self._owners.get(look(name), ()) if owner.address != address]

    def _who(self, owner: _Owner) -> str:
        if owner.address is None:
            return f"the live object with id {owner.live_id}"
        return f"{self._kind.name}/{owner.address}"

    def _hidden(self, hidden: tuple[str, ...]) -> str:
        return f"its {self._kind.name_field} holds characters that people cannot see: {', '.join(hidden)}"

    def _blocked(
        self, change: Create | Update, code: str, reason: str, hint: str, twins: Sequence[_Owner] = ()
    ) -> Blocked:
        """Block a change; the ids are of the object itself or, for a create, of those that live."""
        living = sorted((t.live_id for t in twins if t.live_id is not None), key=lambda i: str(i).zfill(20))
        ids = tuple(living) if change.live_id is None else (change.live_id,)
        where = (change.kind, change.address, change.name, change.action)
        return Blocked(*where, code, reason, hint, ids, source=change.source, fields=change.fields)
