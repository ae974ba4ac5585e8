"""Guards names: none new that people would take for another, or cannot see whole.

Names are opaque to LiveVox and to us: these forms only warn or refuse, they never match.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence

from lvstate.engine.identity import Binding
from lvstate.kinds.kind import Kind
from lvstate.model.change import Blocked, Create, Update, Warning
from lvstate.model.resource import Declared, Live

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories of characters that control or hide rather than show (bidi marks are Cf)."""

_BLANK_FILLERS = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\u00ad", "\u034f"}
"""Characters of visible categories that render as nothing."""


def look(name: str) -> str:
    """Return a form that is equal for names that people would take for each other."""
    if name.isascii():
        return name.casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def unseen(name: str) -> tuple[str, ...]:
    """Return the code points of a name that people cannot see, such as `U+202E`, each once."""
    if name.isascii() and name.isprintable():
        return ()
    hidden = [c for c in name if unicodedata.category(c) in _UNSEEN or c in _BLANK_FILLERS]
    return tuple(dict.fromkeys(f"U+{ord(c):04X}" for c in hidden))


class NameGuard:
    """Knows how every object of a kind will be named after the apply, and by which address."""

    def __init__(self, kind: Kind, objects: Sequence[Live], bindings: Sequence[Binding]) -> None:
        self._kind = kind
        self._owners: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        """look -> (owner, exact name)"""
        self._kept: dict[str, str] = {}
        """Managed objects that live under the name they keep."""
        self._left: dict[str, str] = {}
        """The live names of managed objects that are declared under another one."""
        bound = {b.live.id: b.target for b in bindings if b.live and isinstance(b.target, Declared)}
        for live in objects:
            target = bound.get(live.id)
            name = kind.live_name(live)
            if target is None:
                self._own(name, f"the live object with id {live.id}")
                continue
            desired = self._desired(target) or name
            self._own(desired, target.ref)
            if desired == name:
                self._kept[target.ref] = name
            else:
                self._left[target.ref] = name
        for b in bindings:
            if b.live is None and b.blocked is None and isinstance(b.target, Declared):
                self._own(self._desired(b.target) or "", b.target.ref)

    def sift(self, changes: Sequence[Create | Update]) -> tuple[Sequence[Create | Update], Sequence[Blocked]]:
        """Split the changes of a run into those whose names may be and those that are refused.

        A rename that is refused, or not part of the run, frees no name: that may refuse others.
        """
        refused: dict[str, Blocked] = {}
        allowed = changes
        while True:
            moving = {f"{change.kind}/{change.address}" for change in allowed}
            for ref in sorted(self._left.keys() - moving):
                self._own(self._left.pop(ref), ref)
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
        twin = self._twin(f"{change.kind}/{change.address}", new, exact=True)
        if twin is None:
            return None
        owner, name = twin
        reason = f'people would take its name for "{name}" ({owner})'
        hint = "choose another name, or bind the existing object with `id:` or `previous_names:`"
        return self._blocked(change, "similar-name", reason, hint)

    def warnings(self, refs: Collection[str]) -> list[Warning]:
        """Return what already lives like that under the given addresses."""
        found = []
        for ref in refs:
            name = self._kept.get(ref)
            if name is None:
                continue
            if hidden := unseen(name):
                found.append(Warning("unsafe-name", self._hidden(hidden), ref))
            if twin := self._twin(ref, name, exact=False):
                owner, other = twin
                found.append(
                    Warning("similar-name", f'people may take its name for "{other}" ({owner})', ref)
                )
        return found

    def _own(self, name: str, owner: str) -> None:
        self._owners[look(name)].append((owner, name))

    def _desired(self, target: Declared) -> str | None:
        name = target.fields.get(self._kind.name_field)
        return None if name is None else str(name)

    def _twin(self, ref: str, name: str, *, exact: bool) -> tuple[str, str] | None:
        if self._kind.slots:
            return None  # the slot tells them apart
        others = self._owners.get(look(name), ())
        return next((o for o in others if o[0] != ref and (exact or o[1] != name)), None)

    def _hidden(self, hidden: tuple[str, ...]) -> str:
        return f"its {self._kind.name_field} holds characters that people cannot see: {', '.join(hidden)}"

    def _blocked(self, change: Create | Update, code: str, reason: str, hint: str) -> Blocked:
        ids = () if change.live_id is None else (change.live_id,)
        where = (change.kind, change.address, change.name, change.action)
        return Blocked(*where, code, reason, hint, ids, source=change.source)
