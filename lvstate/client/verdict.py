"""Judges one exchange: was the request carried out, surely not, or is that unknown?

The rules are the fine print of the user contract (section 9, Apply): to a write only a clean 2xx
is done; a 4xx other than 408 and 429, or a connection that was refused, is not done; everything
else is unknown until a later read shows it.
"""

from enum import Enum, auto
from http import HTTPStatus
from typing import Any, NamedTuple

from lvstate.client.documents import NotJson, parse
from lvstate.effects import HttpFault, HttpReply, Stage


class Certainty(Enum):
    """Whether a request took effect."""

    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"


class Flavour(Enum):
    """What kind of answer it was, as far as anything depends on it."""

    OK = auto()
    UNAUTHENTICATED = auto()
    FORBIDDEN = auto()
    MISSING = auto()
    NO_METHOD = auto()
    BUSY = auto()
    UNAVAILABLE = auto()
    REFUSED = auto()
    MISCONFIGURED = auto()
    UNSENT = auto()
    STOPPED = auto()
    BROKEN = auto()
    """No answer, an answer that broke off, or one that is not from the API."""


ABSENT = object()
"""The document of an answer that has none."""


class Verdict(NamedTuple):
    """The judgement, with what later steps need of the answer."""

    certainty: Certainty
    flavour: Flavour
    reason: str = ""
    status: int | None = None
    document: Any = ABSENT
    code: int | None = None
    """The service's own code inside an error body."""
    retry_after: str | None = None
    date: str | None = None
    reply: HttpReply | None = None
    """The answer itself, for a call whose user wants to see it."""

    @property
    def fine(self) -> bool:
        """Whether the request was carried out and its answer can be used."""
        return self.certainty is Certainty.DONE and self.flavour is Flavour.OK

    @property
    def transient(self) -> bool:
        """Whether the same read may work a moment later."""
        return self.flavour in (Flavour.BUSY, Flavour.UNAVAILABLE, Flavour.BROKEN, Flavour.UNSENT)


def judge(result: HttpReply | HttpFault) -> Verdict:
    """Classify what came back for one request."""
    if isinstance(result, HttpFault):
        match result.stage:
            case Stage.NOT_SENT:
                return Verdict(Certainty.NOT_DONE, Flavour.UNSENT, result.reason)
            case Stage.MISCONFIGURED:
                return Verdict(Certainty.NOT_DONE, Flavour.MISCONFIGURED, result.reason)
            case Stage.MAYBE_SENT:
                return Verdict(Certainty.UNKNOWN, Flavour.BROKEN, result.reason)
    if result.status in (200, 201, 204):
        return _success(result)
    return _failure(result)


def _success(reply: HttpReply) -> Verdict:
    if not reply.body.strip():
        return Verdict(Certainty.DONE, Flavour.OK, status=reply.status)
    try:
        document = parse(reply.body)
    except NotJson as error:
        kind = reply.headers.get("content-type", "no content type").partition(";")[0].strip()
        # JSON that broke off came from the API after it had decided; anything else did not come from it.
        from_api = "json" in kind.lower()
        reason = (
            f"the answer is damaged: {error}"
            if from_api
            else f"the answer is not from the API: status {reply.status} with {kind[:60]}"
        )
        certainty = Certainty.DONE if from_api else Certainty.UNKNOWN
        return Verdict(certainty, Flavour.BROKEN, reason, reply.status)
    return Verdict(Certainty.DONE, Flavour.OK, status=reply.status, document=document)


def _failure(reply: HttpReply) -> Verdict:
    status = reply.status
    document, code, message = _error_body(reply)
    reason = f"status {status}{_phrase(status)}" + (f": {message}" if message else "")
    certainty, flavour = _meaning(status)
    return Verdict(
        certainty,
        flavour,
        reason,
        status,
        document,
        code,
        reply.headers.get("retry-after"),
        reply.headers.get("date"),
    )


def _meaning(status: int) -> tuple[Certainty, Flavour]:
    match status:
        case 401:
            return Certainty.NOT_DONE, Flavour.UNAUTHENTICATED
        case 403:
            return Certainty.NOT_DONE, Flavour.FORBIDDEN
        case 404:
            return Certainty.NOT_DONE, Flavour.MISSING
        case 405:
            return Certainty.NOT_DONE, Flavour.NO_METHOD
        case 407:
            return Certainty.NOT_DONE, Flavour.MISCONFIGURED
        case 408:
            return Certainty.UNKNOWN, Flavour.BROKEN
        case 429:
            return Certainty.NOT_DONE, Flavour.BUSY
        case 503:
            return Certainty.UNKNOWN, Flavour.UNAVAILABLE
        case _ if 400 <= status < 500:
            return Certainty.NOT_DONE, Flavour.REFUSED
        case _ if 300 <= status < 400:
            return Certainty.UNKNOWN, Flavour.MISCONFIGURED
        case _:
            return Certainty.UNKNOWN, Flavour.BROKEN


def _error_body(reply: HttpReply) -> tuple[Any, int | None, str]:
    try:
        document = parse(reply.body)
    except NotJson:
        return ABSENT, None, ""
    if not isinstance(document, dict):
        return document, None, ""
    code, message = document.get("code"), document.get("message")
    return (
        document,
        code if isinstance(code, int) else None,
        message if isinstance(message, str) else "",
    )


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""
