"""Days and moments as requests write them, in milliseconds since the epoch; days are those of UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from lvstate.emulator.backend.refusals import InvalidValue

DAY_MS = 24 * 60 * 60 * 1000
FIRST_MS = -62_135_596_800_000  # 0001-01-01, before which there is no day to show
LAST_MS = 253_402_300_799_999

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_DAY_FORMATS = (
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII), "%Y-%m-%d"),
    (re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}", re.ASCII), "%m/%d/%Y"),
)


def span(text: str, what: str) -> tuple[int, int]:
    """The first and last millisecond that a text names: a moment, or a whole day.

    Moments are epoch milliseconds, days `CCYY-MM-DD` or `MM/DD/YYYY`. Raises InvalidValue.
    """
    if _MILLISECONDS.fullmatch(text):
        moment = checked(int(text), what)
        return moment, moment
    for pattern, form in _DAY_FORMATS:
        if pattern.fullmatch(text):
            try:
                day = datetime.strptime(text, form).replace(tzinfo=UTC)
            except ValueError:
                break
            start = (day - _EPOCH) // timedelta(milliseconds=1)
            return start, start + DAY_MS - 1
    raise InvalidValue(f"{what} must be a date such as 2020-01-31, or milliseconds since 1970.")


def checked(moment: int, what: str) -> int:
    """A moment of the years 1 to 9999. Raises InvalidValue for any other."""
    if not FIRST_MS <= moment <= LAST_MS:
        raise InvalidValue(f"{what} is not within the years 1 to 9999.")
    return moment


def shown(moment: int) -> str:
    """The day of a moment as `MM/DD/YYYY` (contact-api.txt: Bulk Contact Download)."""
    day = _EPOCH + timedelta(milliseconds=moment)
    return f"{day.month:02}/{day.day:02}/{day.year:04}"
