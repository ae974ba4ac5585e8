"""Why the backend says no, without a word of HTTP.

Refusal
├── NotSignedIn      credentials, token or session are not good
├── InvalidValue     the input has the wrong shape, type or reference
├── NoRecord         the object does not exist
└── Duplicate        a value that must be unique is taken
"""

from __future__ import annotations


class Refusal(Exception):
    """A request that cannot be done; `message` is meant for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotSignedIn(Refusal):
    """The caller is not who they must be."""


class InvalidValue(Refusal):
    """The input is not what the method takes."""


class NoRecord(Refusal):
    """No object has this id (account-api.txt: Update Account; the vendor's code is 203)."""

    def __init__(self, message: str = "No Record Found") -> None:
        super().__init__(message)


class Duplicate(Refusal):
    """The value is taken (account-api.txt: Create Account)."""
