"""What has to wait for what: whoever takes a name waits for every rename that frees its look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lvstate.engine.names import look
from lvstate.kinds import kind_named
from lvstate.kinds.kind import Kind
from lvstate.model.change import Create, Delete, Plan, Update

Step = Create | Update
Strand = list[Step]
"""Changes of one kind that go one after the other, in the order of the plan."""


def awaited(kind: Kind, steps: Sequence[Step]) -> Mapping[str, Sequence[Update]]:
    """Return, by the id of each change, the renames that free the look of the name it takes.

    By look and not by name: where a rename is refused, two names that people take for each other
    must not come to be. A slot takes no name away from another.
    """
    if kind.slots:
        return {step.id: () for step in steps}
    renames = {s.id: f for s in steps for f in s.fields if f.path == kind.name_field}
    freeing: defaultdict[str, list[Update]] = defaultdict(list)
    for step in steps:
        if isinstance(step, Update) and step.id in renames:
            freeing[look(str(renames[step.id].before))].append(step)
    return {
        step.id: [u for u in freeing.get(look(str(renames[step.id].after)), ()) if u is not step]
        if step.id in renames
        else ()
        for step in steps
    }


def freeing_names_first(kind: Kind, updates: Sequence[Update]) -> list[Update]:
    """Order updates by address, but each rename behind those that free its look.

    In a circle of renames one has to go first, and then takes a name that is not yet free.
    """
    slots = {slot: number for number, slot in enumerate(kind.slots)}
    by_address = sorted(updates, key=lambda u: (slots.get(u.address, 0), u.address))
    waits = awaited(kind, by_address)
    entered: set[str] = set()
    ordered: list[Update] = []
    for first in by_address:
        path = _entered(first, waits, entered)
        while path:
            cause = next(path[-1][1], None)
            if cause is None:
                ordered.append(path.pop()[0])
            else:
                path += _entered(cause, waits, entered)
    return ordered


def _entered(
    update: Update, waits: Mapping[str, Sequence[Update]], entered: set[str]
) -> list[tuple[Update, Iterator[Update]]]:
    """Set foot on an update with what it waits for; nothing where somebody has been before."""
    if update.id in entered:
        return []
    entered.add(update.id)
    return [(update, iter(waits[update.id]))]


class Strands:
    """The creates and updates of a plan, in strands that do not depend on each other."""

    def __init__(self, plan: Plan) -> None:
        self.batches: list[list[Update]] = []
        """Updates that travel together."""
        self.strands: list[Strand] = []
        self.causes: dict[str, Sequence[Update]] = {}
        """By change, the renames without which it must not be sent."""
        by_kind: defaultdict[str, Strand] = defaultdict(list)
        for change in plan.changes:
            if not isinstance(change, Delete):
                by_kind[change.kind].append(change)
        for name, steps in by_kind.items():
            kind = kind_named(name)
            if kind.shape.batched:
                self.batches.append([step for step in steps if isinstance(step, Update)])
            else:
                self._split(kind, steps)

    def _split(self, kind: Kind, steps: Strand) -> None:
        place = {step.id: number for number, step in enumerate(steps)}
        waits = awaited(kind, steps)
        strand_of: dict[str, Strand] = {}
        creates: Strand = []
        for step in steps:
            causes = [u for u in waits[step.id] if place[u.id] < place[step.id]]
            self.causes[step.id] = causes
            joined = [strand_of[cause.id] for cause in causes]
            if isinstance(step, Create) and kind.ordered_creates:
                joined.append(creates)
            strand = _merged(joined, strand_of)
            strand.append(step)
            strand_of[step.id] = strand
            if isinstance(step, Create):
                creates = strand
        whole = {id(strand): strand for strand in strand_of.values()}
        self.strands += [sorted(strand, key=lambda step: place[step.id]) for strand in whole.values()]


def _merged(strands: Iterable[Strand], strand_of: dict[str, Strand]) -> Strand:
    """Put strands together; the longest of them takes in the others."""
    apart = sorted({id(strand): strand for strand in strands}.values(), key=len)
    whole = apart.pop() if apart else []
    for strand in apart:
        whole += strand
        strand_of |= {step.id: whole for step in strand}
    return whole
