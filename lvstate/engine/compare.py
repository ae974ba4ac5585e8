"""Compares what is declared with what is live, field by field."""

from __future__ import annotations

from lvstate.model.change import FieldChange
from lvstate.model.resource import Fields


def changed_fields(live: Fields, declared: Fields) -> tuple[FieldChange, ...]:
    """Return the declared fields whose live value differs, in the order of `declared`.

    A field that is not declared is not ours and is never compared.
    """
    compared = {name: live[name] for name in declared if name in live}
    if compared == declared:
        return ()
    from deepdiff import DeepDiff  # costs more to import than most plans take

    differing = DeepDiff(compared, dict(declared), threshold_to_diff_deeper=0).affected_root_keys
    return tuple(
        FieldChange(name, compared.get(name), declared[name]) for name in declared if name in differing
    )
