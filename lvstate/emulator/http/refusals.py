"""Refusals as the vendor sends them: a status and `{"code":..., "message":...}` (REFERENCE 2)."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.wrappers import Response

from lvstate.emulator.backend.refusals import Duplicate, NoRecord, NotSignedIn, Refusal
from lvstate.emulator.http.answers import json_answer

NO_RECORD_CODE = 203
MAX_MESSAGE = 300  # a message may repeat what was sent, but not all of it


class Refused(Exception):
    """A request that ends here; `code` refines the status and equals it unless told otherwise."""

    def __init__(
        self, status: int, message: str, *, code: int | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = status if code is None else code
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """The refusal on the wire, `code` first."""
        response = json_answer({"code": self.code, "message": self.message[:MAX_MESSAGE]}, self.status)
        response.headers.update(self.headers)
        return response


def refused(refusal: Refusal) -> Refused:
    """What the backend refused, in the statuses of HTTP."""
    match refusal:
        case NotSignedIn():
            return Refused(401, refusal.message)
        case NoRecord():
            return Refused(404, refusal.message, code=NO_RECORD_CODE)
        case Duplicate():
            return Refused(409, refusal.message)
        case _:
            return Refused(400, refusal.message)
