"""A session with one tenant: login when first needed, reads that try again, writes that never do blindly."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from lvstate.client.credentials import Credentials
from lvstate.client.failures import RECORD_NOT_FOUND, document_of
from lvstate.client.login import Login, Logins
from lvstate.client.pacing import READ_TRIES, RETRY_BUDGET, Pacing
from lvstate.client.secrets import Redactor, Secret
from lvstate.client.verdict import Certainty, Flavour, Verdict, judge
from lvstate.effects import Download, Http, HttpFault, HttpReply, HttpRequest, Stopping
from lvstate.errors import ServiceError, Unanswered
from lvstate.wire.messages import Read, Request, Write

_LOG = "lvstate.client"

_LONGEST_REASON = 400
_INTERRUPTED = "the run was interrupted"
_TOO_LONG = "not sent: the service asked to be left alone for longer than --deadline allows"


Send = Callable[[Secret], Awaitable[Verdict]]
"""Sends one request in the session of the given id."""


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
        self._credentials = credentials
        self._timeout = timeout
        self._redactor = redactor or Redactor()
        for secret in (credentials.password, credentials.access_token, credentials.session_id):
            self._redactor.learn(secret)
        self._logins = Logins(credentials, self._redactor, self._send_login, self._read_again)

    @property
    def login(self) -> Login | None:
        """What the last login told, if there was one."""
        return self._logins.told

    @property
    def client_id(self) -> int | None:
        """The id of the tenant that the login named."""
        return self.login.client_id if self.login else None

    async def read(self, request: Read) -> Any:
        """Return the answer's document, None for an answer without a body.

        Raises AuthError, NetworkError or ServiceError; `Missing` when the service says 404.
        """
        return document_of(await self._read_patiently(lambda session_id: self._spelled(request, session_id)))

    async def poll(self, request: Read) -> Any:
        """Read, but ask once; what gets no answer counts as one of the run's retries. Raises as `read`."""
        if self.pacing.retries_left <= 0:
            raise Unanswered(f"the run has used up its {RETRY_BUDGET} retries")
        verdict = await self._authenticated(lambda session_id: self._spelled(request, session_id))
        if verdict.flavour is Flavour.BUSY:
            await self.pacing.busy(1, verdict.retry_after, verdict.date)
            raise ServiceError(f"the service asks for patience ({verdict.reason})")
        if verdict.transient:
            all_wait = verdict.flavour is Flavour.UNAVAILABLE
            await self.pacing.missed(verdict.retry_after, verdict.date, all_wait=all_wait)
        return document_of(verdict)

    async def open(self) -> Login | None:
        """Log in, if no session is open; None for one that was given. Raises as `read`."""
        await self._logins.session_id()
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
        used = await self._logins.session_id()
        verdict = await send(used)
        if verdict.flavour is not Flavour.UNAUTHENTICATED:
            return verdict
        self._logins.ended(used)
        renewed = await self._logins.session_id()
        verdict = await send(renewed)
        if verdict.flavour is Flavour.UNAUTHENTICATED:
            self._logins.useless()
        return verdict

    async def _spelled(self, request: Request, session_id: Secret) -> Verdict:
        """Send; where the path may be the one of the vendor's two spellings that is not served, try the other."""
        headers = {"LV-Session": session_id.reveal()}
        verdict = await self._send(request, request.path, headers)
        if request.other_path is None or not _unknown_path(verdict):
            return verdict
        other = await self._send(request, request.other_path, headers)
        return verdict if _unknown_path(other) else other

    async def _send_login(self, request: Read, headers: Mapping[str, str]) -> Verdict:
        return await self._send(request, request.path, headers)

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
        if not await self.pacing.turn():
            return Verdict(Certainty.NOT_DONE, Flavour.BUSY, _TOO_LONG)
        if writes and await Stopping():
            # Asked to stop during the login or the pause before it: this write is not under way yet.
            return Verdict(Certainty.NOT_DONE, Flavour.STOPPED, _INTERRUPTED)
        verdict = judged(await effect)
        if writes and verdict.flavour is Flavour.UNSENT and await Stopping():
            return Verdict(Certainty.NOT_DONE, Flavour.STOPPED, _INTERRUPTED)
        if _somebody_listens():
            self._log(effect.request, verdict)
        if verdict.reason:
            # Cut after the redaction: before it, the cut could leave half a secret that nothing recognizes.
            return verdict._replace(reason=self._redactor.clean(verdict.reason)[:_LONGEST_REASON])
        return verdict

    def _log(self, request: HttpRequest, verdict: Verdict) -> None:
        import logging

        from lvstate.wire.calls import without_session

        path = without_session(self._redactor.clean(request.path))
        logging.getLogger(_LOG).debug("%s %s: %s", request.method, path, verdict.status or "no answer")


def _somebody_listens() -> bool:
    """Whether exchanges are logged; where nobody has loaded logging, nobody has asked for it."""
    logging = sys.modules.get("logging")
    return logging is not None and logging.getLogger(_LOG).isEnabledFor(logging.DEBUG)


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
                if verdict.certainty is Certainty.UNKNOWN:
                    self.pacing.reserve()
                if verdict.flavour is Flavour.UNAVAILABLE:  # not sent again, but the others slow down
                    await self.pacing.busy(attempt, verdict.retry_after, verdict.date)
                return verdict
            if not again:
                return verdict
