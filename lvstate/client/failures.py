"""Turns the verdicts that end a read into the errors that a user meets."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from lvstate.client.verdict import ABSENT, Flavour, Verdict
from lvstate.errors import AuthError, LvstateError, NetworkError, ServiceError, Unanswered

RECORD_NOT_FOUND = 203
"""The service's code for an object that is not there; a 404 without it may be a path it does not know."""


class Missing(ServiceError):
    """The service says that there is no such thing."""

    def __init__(self, message: str, *, by_code: bool) -> None:
        super().__init__(message)
        self.by_code = by_code
        """Whether the service named a missing object, rather than perhaps a path it does not know."""


class Forbidden(AuthError):
    """The service knows who asks, and this role may not."""


def failure(verdict: Verdict) -> LvstateError:
    """Turn a verdict that ends a read into the error a user meets."""
    match verdict.flavour:
        case Flavour.FORBIDDEN:
            return Forbidden(f"the service refused ({verdict.reason})")
        case Flavour.UNAUTHENTICATED:
            return AuthError(f"the service refused ({verdict.reason})")
        case Flavour.MISSING:
            return Missing(verdict.reason, by_code=verdict.code == RECORD_NOT_FOUND)
        case Flavour.UNSENT | Flavour.MISCONFIGURED if verdict.status is None:
            return NetworkError(
                f"the service cannot be reached: {verdict.reason}",
                hint="check the environment's url, the network and the proxy variables",
            )
        case Flavour.MISCONFIGURED if verdict.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            return NetworkError(
                f"a proxy asks for credentials ({verdict.reason})",
                hint="put user and password into the proxy variable, as in HTTPS_PROXY=http://user:password@host:port",
            )
        case Flavour.MISCONFIGURED:
            return ServiceError(
                f"the service sent us elsewhere ({verdict.reason}); redirects are never followed",
                hint="check the environment's url: each client lives on exactly one host",
            )
        case Flavour.BUSY:
            return ServiceError(
                f"the service asks for patience longer than --deadline allows ({verdict.reason})"
            )
        case Flavour.BROKEN if verdict.status is None:
            return NetworkError(f"no complete answer: {verdict.reason}")
        case Flavour.BROKEN | Flavour.UNAVAILABLE:
            return Unanswered(f"no usable answer: {verdict.reason}")
        case _:
            return ServiceError(f"no usable answer: {verdict.reason}")


def document_of(verdict: Verdict) -> Any:
    """Return what a read brought; raises what it failed with."""
    if not verdict.fine:
        raise failure(verdict)
    return None if verdict.document is ABSENT else verdict.document
