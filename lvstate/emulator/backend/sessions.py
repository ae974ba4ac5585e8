"""Sign-in sessions: one for each user and access token, alive while used once in any two hours.

Where the sources are silent: a login counts as use, a validation does not; the end of an unknown session is
refused like any unknown object.
"""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass

from lvstate.emulator.backend import tenant
from lvstate.emulator.backend.refusals import NoRecord, NotSignedIn
from lvstate.emulator.backend.tenant import User
from lvstate.emulator.clock import Clock, milliseconds
from lvstate.emulator.storage import Storage

LIFETIME_MS = 2 * 60 * 60 * 1000
# Use is noted at most once a second, so that reading a listing does not wait for a writer.
NOTED_EVERY_MS = 1000

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS session (
        id TEXT PRIMARY KEY,
        user_id INTEGER NOT NULL,
        access_token TEXT NOT NULL,
        used_at INTEGER NOT NULL,
        UNIQUE (user_id, access_token)
    ) WITHOUT ROWID
    """,
)


@dataclass(frozen=True)
class Session:
    """A session id and whose it is."""

    id: str
    user: User


class Sessions:
    """Login, use, validation and logout (Session API)."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self.lifetime_ms = LIFETIME_MS  # settable, for those who test what their client does at the end

    def check_token(self, access_token: str | None) -> str:
        """Return the access token, or raise NotSignedIn where it is missing or wrong."""
        if access_token != tenant.ACCESS_TOKEN:
            raise NotSignedIn("The access token in LV-Access is missing or not valid.")
        return access_token

    def login(
        self, access_token: str, client_name: str, user_name: str, password: str, *, agent: bool
    ) -> Session:
        """Sign in; the same user and token get the session they still have. Raises NotSignedIn."""
        user = tenant.user_by_login(user_name, agent=agent)
        if user is None or client_name != tenant.CLIENT_NAME or password != tenant.PASSWORD:
            raise NotSignedIn("The client, the user or the password is not valid.")
        with self._storage.write() as db:
            now = milliseconds(self._clock)
            db.execute("DELETE FROM session WHERE used_at <= ?", (now - self.lifetime_ms,))
            db.execute(
                "INSERT INTO session (id, user_id, access_token, used_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (user_id, access_token) DO UPDATE SET used_at = excluded.used_at",
                (str(uuid.uuid4()), user.id, access_token, now),
            )
            (session_id,) = db.execute(
                "SELECT id FROM session WHERE user_id = ? AND access_token = ?", (user.id, access_token)
            ).fetchone()
        return Session(session_id, user)

    def use(self, session_id: str | None) -> User:
        """Return whose session this is and keep it alive. Raises NotSignedIn."""
        if session_id is None:
            raise NotSignedIn("A session in LV-Session is required.")
        now = milliseconds(self._clock)
        with self._storage.read() as db:
            row = self._alive(db, session_id, now)
        user = None if row is None else tenant.user_by_id(row[0])
        if row is None or user is None:
            raise NotSignedIn("The session in LV-Session is not valid or has expired.")
        if now - row[1] >= NOTED_EVERY_MS:
            with self._storage.write() as db:
                db.execute("UPDATE session SET used_at = max(used_at, ?) WHERE id = ?", (now, session_id))
        return user

    def validate(self, session_id: str) -> None:
        """Raise NoRecord unless the session is alive; this is not a use of it."""
        with self._storage.read() as db:
            if self._alive(db, session_id, milliseconds(self._clock)) is None:
                raise NoRecord

    def logout(self, session_id: str) -> None:
        """End a session for everyone who shares it. Raises NoRecord where it is not alive."""
        with self._storage.write() as db:
            alive = self._alive(db, session_id, milliseconds(self._clock))
            db.execute("DELETE FROM session WHERE id = ?", (session_id,))
        if alive is None:
            raise NoRecord

    def expire(self, session_id: str | None = None) -> int:
        """End one session, or all, as time would; return how many there were."""
        with self._storage.write() as db:
            if session_id is None:
                return db.execute("DELETE FROM session").rowcount
            return db.execute("DELETE FROM session WHERE id = ?", (session_id,)).rowcount

    def _alive(self, db: sqlite3.Connection, session_id: str, now: int) -> tuple[int, int] | None:
        row: tuple[int, int] | None = db.execute(
            "SELECT user_id, used_at FROM session WHERE id = ? AND used_at > ?",
            (session_id, now - self.lifetime_ms),
        ).fetchone()
        return row
