"""What can be wrong with an emulator's options, before it answers a first request.

EmulatorError
├── UnknownSeed         no seed of that name
└── UnusableDataFile    the data file cannot be opened, or is not an emulator's
"""


class EmulatorError(Exception):
    """The emulator cannot start; the message says why, in one sentence."""


class UnknownSeed(EmulatorError):
    """The named seed does not exist."""


class UnusableDataFile(EmulatorError):
    """The data file cannot be opened or written, or another program made it."""
