"""A session with one tenant: login when first needed, reads that try again, writes that never do blindly."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lvstate.client.credentials import Credentials
from lvstate.client.pacing import READ_TRIES, Pacing
from lvstate.client.secrets import Redactor, Secret
from lvstate.client.verdict import ABSENT, Certainty, Flavour, Verdict, judge
from lvstate.effects import Download, Http, HttpFault, HttpReply, HttpRequest, Stopping, Until
from lvstate.errors import AuthError, LvstateError, NetworkError, ServiceError
from lvstate.wire.calls import without_session
from lvstate.wire.messages import Read, Request, ShapeError, Write, describe, member

_LOG = logging.getLogger("lvstate.client")

_LONGEST_REASON = 400
_INTERRUPTED = "the run was interrupted"

RECORD_NOT_FOUND = 203
"""The service's code for an object that is not there; a 404 without it may be a path it does not know."""


Send = Callable[[Secret], Awaitable[Verdict]]
"""Sends one request in the session of the given id."""


@dataclass(frozen=True, slots=True)
class Login:
    """What the service tells about a login (REFERENCE 1.3)."""

    client_id: int | None
    user_id: int | None
    days_until_password_expires: int | None


class Session:
    """Reads. Has no way to write."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        timeout: float = 30.0,
        pacing: Pacing | None = None,
        redactor: Redactor | None = None,
    ) -> None:
        self.pacing = pacing or Pacing()
        self.login: Login | None = None
        self._credentials = credentials
        self._timeout = timeout
        self._redactor = redactor or Redactor()
        for secret in (credentials.password, credentials.access_token, credentials.session_id):
            self._redactor.learn(secret)
        self._id: Secret | None = credentials.session_id
        self._logging_in = False
        self._login_error: LvstateError | None = None

    @property
    def client_id(self) -> int | None:
        """The id of the tenant that the login named."""
        return self.login.client_id if self.login else None

    async def read(self, request: Read) -> Any:
        """Return the answer's document, None for an answer without a body.

        Raises AuthError, NetworkError or ServiceError; `Missing` when the service says 404.
        """
        verdict = await self._read_patiently(lambda session_id: self._spelled(request, session_id))
        if not verdict.fine:
            raise failure(verdict)
        return None if verdict.document is ABSENT else verdict.document

    async def open(self) -> Login | None:
        """Log in, if no session is open; None for one that was given. Raises as `read`."""
        await self._session_id()
        return self.login

    async def _read_patiently(self, send: Send) -> Verdict:
        """Send until the answer is final."""
        attempt = 0
        while True:
            verdict = await self._authenticated(send)
            attempt += 1
            if verdict.fine or not await self._read_again(verdict, attempt):
                return verdict

    async def _read_again(self, verdict: Verdict, attempt: int) -> bool:
        if not verdict.transient or await Stopping():
            return False
        if verdict.flavour is Flavour.BUSY:
            return await self.pacing.busy(attempt, verdict.retry_after, verdict.date)
        # A 503 slows every worker down, whether or not it says for how long (user contract, section 7).
        all_wait = verdict.flavour is Flavour.UNAVAILABLE
        again = attempt < READ_TRIES and await self.pacing.retry(
            attempt, verdict.retry_after, verdict.date, all_wait=all_wait
        )
        if all_wait and not again:  # this read gives up; the others are to stay away all the same
            await self.pacing.busy(attempt, verdict.retry_after, verdict.date)
        return again

    async def _authenticated(self, send: Send) -> Verdict:
        """Send with the session's id; on 401 log in once and send once more."""
        used = await self._session_id()
        verdict = await send(used)
        if verdict.flavour is not Flavour.UNAUTHENTICATED:
            return verdict
        if self._id is used:
            self._id = None
        renewed = await self._session_id()
        verdict = await send(renewed)
        if verdict.flavour is Flavour.UNAUTHENTICATED:
            self._login_error = AuthError("the service refuses the session it has just given out")
        return verdict

    async def _spelled(self, request: Request, session_id: Secret) -> Verdict:
        """Send; where the path may be the one of the vendor's two spellings that is not served, try the other."""
        headers = {"LV-Session": session_id.reveal()}
        verdict = await self._send(request, request.path, headers)
        if request.other_path is None or not _unknown_path(verdict):
            return verdict
        other = await self._send(request, request.other_path, headers)
        return verdict if _unknown_path(other) else other

    async def _send(self, request: Request, path: str, headers: Mapping[str, str]) -> Verdict:
        body = None if request.body is None else json.dumps(request.body).encode()
        writes = isinstance(request, Write)
        all_headers = {"Accept": "application/json", "Content-Type": "application/json", **headers}
        effect = Http(
            HttpRequest(request.method, request.target(path), all_headers, body), self._timeout, writes
        )
        return await self._exchange(effect, judge, writes=writes)

    async def _exchange(
        self, effect: Http | Download, judged: Callable[[HttpReply | HttpFault], Verdict], *, writes: bool
    ) -> Verdict:
        await self.pacing.turn()
        if writes and await Stopping():
            # Asked to stop during the login or the pause before it: this write is not under way yet.
            return Verdict(Certainty.NOT_DONE, Flavour.STOPPED, _INTERRUPTED)
        verdict = judged(await effect)
        if writes and verdict.flavour is Flavour.UNSENT and await Stopping():
            return Verdict(Certainty.NOT_DONE, Flavour.STOPPED, _INTERRUPTED)
        path = without_session(self._redactor.clean(effect.request.path))
        _LOG.debug("%s %s: %s", effect.request.method, path, verdict.status or "no answer")
        if verdict.reason:
            # Cut after the redaction: before it, the cut could leave half a secret that nothing recognizes.
            return replace(verdict, reason=self._redactor.clean(verdict.reason)[:_LONGEST_REASON])
        return verdict

    # Login (REFERENCE 1.3, 1.4)

    async def _session_id(self) -> Secret:
        """Return the session's id, logging in when there is none; one login serves all that wait."""
        while self._id is None:
            if self._login_error is not None:
                raise self._login_error
            if self._logging_in:
                await Until(lambda: not self._logging_in)
                continue
            self._logging_in = True
            try:
                await self._login()
            except LvstateError as error:
                self._login_error = error
                raise
            finally:
                self._logging_in = False
        return self._id

    async def _login(self) -> None:
        missing = self._credentials.missing()
        if missing or self._credentials.access_token is None or self._credentials.password is None:
            raise AuthError(
                "the session has ended, and there are no credentials to open another",
                hint=f"set {', '.join(missing)}",
            )
        body = {
            "clientName": self._credentials.client,
            "userName": self._credentials.username,
            "password": self._credentials.password.reveal(),
            "agent": False,
        }
        request = Read("POST", "/session/login", body=body)
        headers = {"LV-Access": self._credentials.access_token.reveal()}
        attempt = 0
        while True:
            verdict = await self._send(request, request.path, headers)
            if verdict.fine:
                break
            attempt += 1
            if verdict.flavour in (Flavour.UNAUTHENTICATED, Flavour.FORBIDDEN):
                raise AuthError(
                    f"the login was refused ({verdict.reason})",
                    hint="check client, user, password and access token; it is tried once only, so that no account locks",
                )
            if not await self._read_again(verdict, attempt):
                error = failure(verdict)
                if isinstance(error, Missing):  # the login is missing, not the object that somebody reads
                    raise ServiceError(
                        f"there is no login ({verdict.reason})", hint="check the environment's url"
                    )
                raise error
        self._accept(verdict.document)

    def _accept(self, document: Any) -> None:
        try:
            session_id = member(document, "the answer to a login", "sessionId")
        except ShapeError as error:
            raise ServiceError(f"the login brought no session: {error}") from error
        if not isinstance(session_id, str) or not session_id or not session_id.isprintable():
            raise ServiceError(f"the login brought {describe(session_id)} for a session")
        told = (document.get(key) for key in ("clientId", "userId", "daysUntilPasswordExpires"))
        login = Login(*(value if type(value) is int else None for value in told))
        if self.client_id is not None and login.client_id != self.client_id:
            raise AuthError("the new session belongs to another client than the one before")
        self.login = login
        self._id = Secret(session_id)
        self._redactor.learn(self._id)


def _unknown_path(verdict: Verdict) -> bool:
    """Whether the path may not be served at all; code 203 speaks of an object, on a path that is."""
    return verdict.flavour is Flavour.NO_METHOD or (
        verdict.flavour is Flavour.MISSING and verdict.code != RECORD_NOT_FOUND
    )


class WritingSession(Session):
    """Reads and writes; only `apply` and `api` are given one."""

    async def write(self, request: Write) -> Verdict:
        """Send a write and judge it; raises AuthError, NetworkError or ServiceError for a failed login only."""
        return await self._write_once(lambda session_id: self._spelled(request, session_id))

    async def _write_once(self, send: Send) -> Verdict:
        """Send again only when the service surely did not carry it out: not sent at all, or 429."""
        attempt = 0
        while True:
            if await Stopping():
                return Verdict(Certainty.NOT_DONE, Flavour.STOPPED, _INTERRUPTED)
            verdict = await self._authenticated(send)
            attempt += 1
            if verdict.flavour is Flavour.BUSY:
                again = await self.pacing.busy(attempt, verdict.retry_after, verdict.date)
            elif verdict.flavour is Flavour.UNSENT:
                again = attempt < READ_TRIES and await self.pacing.retry(attempt)
            else:
                if verdict.flavour is Flavour.UNAVAILABLE:  # not sent again, but the others slow down
                    await self.pacing.busy(attempt, verdict.retry_after, verdict.date)
                return verdict
            if not again:
                return verdict


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
        case _:
            return ServiceError(f"no usable answer: {verdict.reason}")
