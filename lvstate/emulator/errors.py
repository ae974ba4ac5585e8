"""What can be wrong with what the emulator is given, and the fault that only an embedding caller sees.

EmulatorError
├── UnknownSeed         no seed of that name
├── UnusableDataFile    the data file cannot be opened, or is not an emulator's
└── UnusableDocument    a document (faults, tenant, conditions) that does not say what it must; tells every place
ConnectionDropped       a scripted fault cut the connection, where there is no socket to cut
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass


class EmulatorError(Exception):
    """The emulator cannot do this; the message says why, in one sentence."""


class UnknownSeed(EmulatorError):
    """The named seed does not exist."""


class UnusableDataFile(EmulatorError):
    """The data file cannot be opened or written, or another program made it."""


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong with a document: where, as a JSON path such as `$.rules[0].nth`, and what."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class UnusableDocument(EmulatorError):
    """A document is not what it must be; `violations` are in the order of the document and never empty."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        more = len(self.violations) - 1
        super().__init__(f"{self.violations[0]}" + (f" (and {more} more)" if more else ""))


class ConnectionDropped(ConnectionError):
    """A scripted fault ended the connection of an emulator that is called in process, without a socket.

    It leaves either the WSGI call itself (nothing was answered) or the iteration of its body (`received` bytes
    of the answer came through). `committed` says whether the request had been carried out.
    """

    def __init__(self, *, committed: bool, received: int = 0) -> None:
        # The server that meets it takes it for a client that went away, and says nothing about it.
        super().__init__(errno.ECONNRESET, "a scripted fault dropped the connection")
        self.committed = committed
        self.received = received
