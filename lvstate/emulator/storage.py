"""The only door to SQLite: connections, transactions, and a data file that several processes may share.

A file is opened in WAL mode: readers never wait, writers take turns by `BEGIN IMMEDIATE`, and what was
committed outlives a killed process. Without a file one connection in memory is shared by all threads, one at
a time.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lvstate.emulator.errors import UnusableDataFile

APPLICATION_ID = 0x4C565354  # "LVST", in the header of every data file of ours
BUSY_SECONDS = 30.0
MAX_ID = 2**63 - 1


class Storage:
    """Transactions over one SQLite database.

    `tables` are single statements, each safe to repeat (`IF NOT EXISTS`). Raises UnusableDataFile when the
    file cannot be opened or was made by another program.
    """

    def __init__(self, data: Path | None, tables: Iterable[str]) -> None:
        self._data = data
        self._gate = threading.Lock()  # guards the pool
        self._turn = (
            threading.RLock()
        )  # one writer of this process at a time, so that none starves at SQLite's lock
        self._idle: list[sqlite3.Connection] = []
        self._opened = False
        self._closed = False
        try:
            if data is not None:
                data.parent.mkdir(parents=True, exist_ok=True)
            self._prepare(tables)
        except (OSError, sqlite3.Error) as error:
            self.close()
            raise UnusableDataFile(f"the emulator cannot use {data}: {error}") from error
        except UnusableDataFile:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one consistent state until the block ends."""
        with self._connection() as db:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.execute("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees the state of now for as long as the block takes, and holds nobody up.

        A file has that by WAL. What lives in memory is copied into a database of SQLite's own making, which
        goes to the disk when it grows and vanishes in the end.
        """
        if self._data is not None:
            with self.read() as db:
                yield db
            return
        copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        try:
            with self._connection() as db:
                db.backup(copy)
            yield copy
        finally:
            copy.close()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A connection that alone may write; the end of the block commits, an exception undoes all of it."""
        with self._turn, self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def close(self) -> None:
        """Close every connection; those at work are closed when they come back."""
        with self._gate:
            self._closed = True
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if self._data is None:
            with self._turn:  # the one connection in memory serves one transaction at a time
                db = self._borrow()
                try:
                    yield db
                finally:
                    self._give_back(db)
            return
        db = self._borrow()
        try:
            yield db
        finally:
            self._give_back(db)

    def _borrow(self) -> sqlite3.Connection:
        with self._gate:
            if self._closed:
                raise RuntimeError("the emulator's storage is closed")
            if self._idle:
                return self._idle.pop()
            if self._data is None and self._opened:
                raise RuntimeError("a transaction in memory cannot hold another")
            self._opened = True
        return self._connect()

    def _give_back(self, db: sqlite3.Connection) -> None:
        with self._gate:
            if not self._closed:
                self._idle.append(db)
                return
        db.close()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            ":memory:" if self._data is None else self._data,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        # NORMAL loses nothing when a process dies; only a machine that loses power may lose its last moments.
        db.execute("PRAGMA synchronous = NORMAL")
        return db

    def _prepare(self, tables: Iterable[str]) -> None:
        db = self._connect()
        try:
            self._refuse_foreign(db)
            if self._data is not None:
                _switch_to_wal(db)
        except BaseException:
            db.close()
            raise
        self._idle.append(db)
        self._opened = True
        with self.write() as db:
            for statement in tables:
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def _refuse_foreign(self, db: sqlite3.Connection) -> None:
        (mark,) = db.execute("PRAGMA application_id").fetchone()
        (objects,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if objects and mark != APPLICATION_ID:
            raise UnusableDataFile(
                f"{self._data} is a database of another program; the emulator leaves it alone"
            )


def _switch_to_wal(db: sqlite3.Connection) -> None:
    # SQLite does not wait for its busy timeout here when two processes open a new file at the same moment.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
