"""EmbeddedInputs: core's Inputs in the database. A job's worker is nudged, and asks for what it hasn't had."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress

from functions.core import limits
from functions.core.errors import StdinNotOpenError, StorageError, TooLargeError
from functions.core.job import Job
from functions.embedded.database import Database


class EmbeddedInputs:
    """Core's Inputs. `on_more` is told of a job for which something came."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.on_more: Callable[[str], None] = lambda _: None
        database.write(
            lambda connection: (
                connection.execute(
                    "DELETE FROM inputs WHERE job_id NOT IN (SELECT job_id FROM jobs WHERE completed_ms IS NULL)"
                ).rowcount
            )
        )
        rows = database.read(lambda connection: connection.execute("SELECT DISTINCT job_id FROM inputs").fetchall())
        self._jobs = {job_id for (job_id,) in rows}

    def open(self, job_id: str) -> None:
        """Take input for a new job: its row at offset -1 says that it is open, one without data that it has ended."""
        self._database.write(lambda connection: _insert(connection, job_id, -1, b""))
        self._jobs.add(job_id)

    def add(self, job_id: str, data: bytes, *, eof: bool) -> int:
        """Record what comes next; see core's Inputs."""

        def change(connection: sqlite3.Connection) -> int:
            size = _size(connection, job_id)
            if size is None:
                raise StdinNotOpenError
            if size + len(data) > limits.INPUT_BYTES:
                raise TooLargeError(limits.TOO_MUCH_INPUT)
            if data:
                _insert(connection, job_id, size, data)
            if eof:
                _insert(connection, job_id, size + len(data), None)
            return size + len(data)

        sent = self._database.write(change)
        self.on_more(job_id)
        return sent

    def after(self, job_id: str, offset: int) -> tuple[bytes, bool]:
        """Return what came for a job from an offset on, and whether that is all there will be."""
        statement = "SELECT data FROM inputs WHERE job_id = ? AND offset >= ? ORDER BY offset"
        rows = self._database.read(lambda connection: connection.execute(statement, (job_id, offset)).fetchall())
        parts = [data for (data,) in rows]
        closed = job_id not in self._jobs or None in parts
        return b"".join(part for part in parts if part), closed

    def ended(self, job: Job) -> None:
        """Forget what came for a job that has ended."""
        if job.job_id in self._jobs:
            self._jobs.discard(job.job_id)
            statement = "DELETE FROM inputs WHERE job_id = ?"
            with suppress(StorageError):  # the next start forgets it
                self._database.write(
                    lambda connection: connection.execute(statement, (job.job_id,)).rowcount, sync=False
                )


def _insert(connection: sqlite3.Connection, job_id: str, offset: int, data: bytes | None) -> None:
    connection.execute("INSERT INTO inputs (job_id, offset, data) VALUES (?, ?, ?)", (job_id, offset, data))


def _size(connection: sqlite3.Connection, job_id: str) -> int | None:
    """Return how much came for a job; None where none is taken (any more)."""
    statement = "SELECT offset, data FROM inputs WHERE job_id = ? ORDER BY offset DESC LIMIT 1"
    rows = connection.execute(statement, (job_id,)).fetchall()
    if not rows or rows[0][1] is None:
        return None
    offset, data = rows[0]
    return max(int(offset), 0) + len(data)
