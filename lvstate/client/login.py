"""Logs in, when a session is first needed or has ended, once for all that wait (REFERENCE 1.3, 1.4)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from lvstate.client.credentials import Credentials
from lvstate.client.failures import Missing, failure
from lvstate.client.secrets import Redactor, Secret
from lvstate.client.verdict import Flavour, Verdict
from lvstate.effects import Until
from lvstate.errors import AuthError, LvstateError, ServiceError
from lvstate.wire.messages import Read, ShapeError, describe, member


class Login(NamedTuple):
    """What the service tells about a login (REFERENCE 1.3)."""

    client_id: int | None
    user_id: int | None
    days_until_password_expires: int | None


class Logins:
    """Gives out the id of the session, and opens one where there is none.

    `send` makes one exchange, `again` says whether one that failed is worth another try.
    """

    def __init__(
        self,
        credentials: Credentials,
        redactor: Redactor,
        send: Callable[[Read, Mapping[str, str]], Awaitable[Verdict]],
        again: Callable[[Verdict, int], Awaitable[bool]],
    ) -> None:
        self.told: Login | None = None
        """What the last login brought; None for a session that was given."""
        self._credentials = credentials
        self._redactor = redactor
        self._send = send
        self._again = again
        self._id: Secret | None = credentials.session_id
        self._under_way = False
        self._error: LvstateError | None = None

    def ended(self, session_id: Secret) -> None:
        """Take note that a session has ended; harmless where another one took its place already."""
        if self._id is session_id:
            self._id = None

    def useless(self) -> None:
        """Take note that even a fresh session is refused: nobody logs in any more."""
        self._error = AuthError("the service refuses the session it has just given out")

    async def session_id(self) -> Secret:
        """Return the session's id, logging in when there is none; one login serves all that wait."""
        while self._id is None:
            if self._error is not None:
                raise self._error
            if self._under_way:
                await Until(lambda: not self._under_way)
                continue
            self._under_way = True
            try:
                await self._login()
            except LvstateError as error:
                self._error = error
                raise
            finally:
                self._under_way = False
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
            verdict = await self._send(request, headers)
            if verdict.fine:
                break
            attempt += 1
            if verdict.flavour in (Flavour.UNAUTHENTICATED, Flavour.FORBIDDEN):
                raise AuthError(
                    f"the login was refused ({verdict.reason})",
                    hint="check client, user, password and access token; it is tried once only, so that no account locks",
                )
            if not await self._again(verdict, attempt):
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
        before = self.told.client_id if self.told is not None else None
        if before is not None and login.client_id != before:
            raise AuthError("the new session belongs to another client than the one before")
        self.told = login
        self._id = Secret(session_id)
        self._redactor.learn(self._id)
