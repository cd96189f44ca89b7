"""Database: one SQLite file, written by many threads at once, whose changes are committed together."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Generic, Self, TypeVar

from functions.core.errors import FullError, StorageError
from functions.embedded.checkpoints import Checkpoints
from functions.embedded.errors import DatabaseError, of_sqlite
from functions.embedded.opening import connect, prepare

__all__ = ["Database", "DatabaseError"]

T = TypeVar("T")
Change = Callable[[sqlite3.Connection], T]

TRY_SECONDS: Final = 1.0
TRY_BYTES: Final = 65_536
IDLE_READERS: Final = 8  # connections that are kept open for the next reads


class _Write(Generic[T]):
    """A change on its way."""

    __slots__ = ("change", "done", "error", "result", "sync", "turn")

    def __init__(self, change: Change[T], *, sync: bool) -> None:
        self.change = change
        self.sync = sync
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = False
        self.turn: threading.Lock | None = None  # released once this is done, or is the one to lead


class Database:
    """An open database. All methods are for any thread, and raise StorageError where SQLite refuses.

    Changes are committed in groups: the first to come leads, and commits at once; those that come meanwhile wait,
    and the first of them leads the next group, all in one transaction. So a change on its own costs no more than
    itself, and of many at once each costs a part of one commit.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._path = path
        self._durable = durable
        self._writer = connect(path)
        self._synced = True  # FULL, SQLite's default
        self._synchronous(full=durable)
        self._readers: deque[sqlite3.Connection] = deque()
        self._checkpoints = Checkpoints(path, self._writer)
        self._failure: StorageError | None = None  # of the last group of writes
        self._tried_at = 0.0
        self._lock = threading.Lock()  # guards what follows
        self._waiting: list[_Write[Any]] = []
        self._led = False  # whether there is a leader
        self._closed = False

    @classmethod
    def open(cls, path: Path, *, durable: bool = False) -> Self:
        """Open a database, created or migrated as need be. Raises DatabaseError, and leaves the file as it was.

        `durable`: what was written outlasts a power cut, and not only the end of every process.
        """
        prepare(path)
        return cls(path, durable=durable)

    def write(self, change: Change[T], *, sync: bool = True) -> T:
        """Run a change in a transaction, and return what it returns once that is committed.

        What it raises is raised here, and undoes this change alone. It may run in another thread, so it waits for
        nothing. `sync`: False where a power cut may undo it; it is still committed after those before it.
        """
        mine = _Write(change, sync=sync)
        self._take_part(mine)
        if mine.error:
            raise mine.error
        result: T = mine.result
        return result

    def read(self, query: Change[T]) -> T:
        """Return what a query returns, which changes nothing. It sees all that was committed before."""
        connection = self._reader()
        try:
            return query(connection)
        except sqlite3.Error as error:
            raise of_sqlite(error, self._path) from error
        finally:
            if self._closed or len(self._readers) >= IDLE_READERS:
                connection.close()
            else:
                self._readers.append(connection)

    def trouble(self) -> str | None:
        """Return why nothing can be written now; None where the last write was.

        Where it wasn't, as much as a job takes is written to see; once a second at most, whoever asks.
        """
        if self._failure and time.monotonic() - self._tried_at > TRY_SECONDS:
            self._tried_at = time.monotonic()
            with contextlib.suppress(StorageError):
                self.write(_try, sync=False)
        if isinstance(self._failure, FullError):
            return "The disk is full: no job can be recorded."
        return "The database can't be written; the service's log says why." if self._failure else None

    def tidy(self) -> None:
        """Bring the whole log into the file and empty it: what was deleted until now is in neither then."""
        try:
            self._checkpoints.empty()
        except sqlite3.Error as error:
            raise of_sqlite(error, self._path) from error

    def close(self) -> None:
        """Close the file, once the changes that wait are committed; what comes later is refused."""
        if not self._closed:
            self._take_part(_Write(lambda _: None, sync=False), last=True)
            self._checkpoints.close()
            while self._readers:
                self._readers.pop().close()
            self._writer.close()

    def _reader(self) -> sqlite3.Connection:
        """Return a connection that nobody uses."""
        with contextlib.suppress(IndexError):
            return self._readers.pop()
        try:
            connection = connect(self._path)
        except sqlite3.Error as error:
            raise of_sqlite(error, self._path) from error
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _take_part(self, mine: _Write[Any], *, last: bool = False) -> None:
        """Have a change committed, in a group that another thread leads or in one's own."""
        with self._lock:
            if self._closed:
                message = f"{self._path} is closed"
                raise StorageError(message)
            self._closed = last
            self._waiting.append(mine)
            if self._led:
                mine.turn = threading.Lock()
                mine.turn.acquire()
            self._led = True
        if mine.turn:
            mine.turn.acquire()
        if not mine.done:
            self._lead()

    def _lead(self) -> None:
        """Commit all that waits; then let the first of those that came meanwhile lead."""
        with self._lock:
            group, self._waiting = self._waiting, []
        try:
            self._commit(group)
        finally:
            with self._lock:
                heir = self._waiting[0] if self._waiting else None
                self._led = heir is not None
            for write in group:
                write.done = True
            for woken in (heir, *group):
                if woken and woken.turn:
                    woken.turn.release()

    def _commit(self, group: list[_Write[Any]]) -> None:
        """Apply changes and commit them together; none is done where that fails."""
        connection = self._writer
        try:
            self._synchronous(full=self._durable and any(write.sync for write in group))
            connection.execute("BEGIN IMMEDIATE")
            if len(group) == 1:
                group[0].result = group[0].change(connection)
            else:
                for write in group:
                    self._apply(connection, write)
            connection.execute("COMMIT")
            self._failure = None
        except BaseException as error:
            if isinstance(error, sqlite3.Error):
                self._failure = of_sqlite(error, self._path)
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            for write in group:
                write.error = write.error or self._core_error(error)
            if not isinstance(error, Exception):
                raise
        self._checkpoints.committed()

    def _apply(self, connection: sqlite3.Connection, write: _Write[Any]) -> None:
        """Apply one change of several; one that fails is undone alone, where SQLite hasn't undone them all."""
        connection.execute("SAVEPOINT change")
        try:
            write.result = write.change(connection)
        except Exception as error:
            if not connection.in_transaction:
                raise
            connection.execute("ROLLBACK TO change")
            write.error = self._core_error(error)
        connection.execute("RELEASE change")

    def _synchronous(self, *, full: bool) -> None:
        """Have the next commits wait for the disk, or not."""
        if full is not self._synced:
            self._writer.execute(f"PRAGMA synchronous = {'FULL' if full else 'NORMAL'}")
            self._synced = full

    def _core_error(self, error: BaseException) -> BaseException:
        if not isinstance(error, Exception):
            return StorageError("the change was interrupted")  # for the others; the leader's thread ends by it
        if not isinstance(error, sqlite3.Error):
            return error
        failure = of_sqlite(error, self._path)
        failure.__cause__ = error
        return failure


def _try(connection: sqlite3.Connection) -> None:
    """Write something, and take it away again, in one transaction."""
    connection.execute("CREATE TABLE trial (content BLOB)")
    connection.execute("INSERT INTO trial VALUES (randomblob(?))", (TRY_BYTES,))
    connection.execute("DROP TABLE trial")
