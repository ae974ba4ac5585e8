"""What turns the stand-in into a laboratory: faults, control over HTTP, short sessions, a generated tenant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lvstate.emulator.faults import Script

TWO_HOURS = 7200.0


@dataclass(frozen=True)
class Laboratory:
    """The options of an experiment; the defaults are the emulator as it is without one.

    `faults` is the script to begin with (`lvstate.emulator.fault_documents.read` makes one). `control` opens
    `/_emulator/`. `session_lifetime` is in seconds. `generate` says how many objects of which section a new
    tenant gets besides its seed (`lvstate.emulator.generator`), `seed_number` which ones.

    Raises ValueError for a lifetime that is not above zero.
    """

    faults: Script = field(default_factory=Script)
    control: bool = False
    session_lifetime: float = TWO_HOURS
    generate: Mapping[str, int] = field(default_factory=dict)
    seed_number: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.session_lifetime < 1e9:
            raise ValueError("the session lifetime must be above zero")
