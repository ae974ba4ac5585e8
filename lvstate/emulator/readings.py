"""The readings of the vendor's pages that can be switched, because a client could tell the difference."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Readings:
    """One flag for each contradiction; the defaults are the emulator's own choice (REFERENCE 5).

    `bulk_update_message`: Bulk Update Contact answers 200 with the message of its example, where by default it
    answers 204, which has no body in HTTP (contact-api.txt: Bulk Update Contact).
    """

    bulk_update_message: bool = False


DEFAULT_READINGS = Readings()
