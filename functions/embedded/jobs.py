"""EmbeddedJobStore: jobs as rows, and what changes by the second in memory.

A pending job is whoever's commits first. A running one is in memory too (held.py): there it is decided whose it is
and who may end it, and a heartbeat writes nothing to disk.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from functions.core.errors import StorageError
from functions.core.job import Job, Status, Submission
from functions.core.store import LIST_LIMIT, ActiveJob, Beat, Claim, now_ms, shown_bytes
from functions.embedded.database import Database
from functions.embedded.files import FolderFileStore
from functions.embedded.held import Held, HeldJobs
from functions.embedded.rows import COLUMNS, Row, job_of, new_row, shown, written

T = TypeVar("T")

INLINE_BYTES: Final = 32_768  # a larger submission or result is a file
BATCH: Final = 500  # rows that one statement reads or deletes

_INSERT: Final = (
    f"INSERT INTO jobs ({COLUMNS}, webhook_due_ms, sent_ms, payload, payload_file)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job_id) DO NOTHING"
)
_GET: Final = f"SELECT {COLUMNS}, result, result_file FROM jobs WHERE job_id = ?"
_ACTIVE: Final = (
    f"SELECT {COLUMNS}, sent_ms FROM jobs WHERE owner = ? AND completed_ms IS NULL ORDER BY created_ms DESC LIMIT ?"
)
_CLAIM: Final = (
    "UPDATE jobs SET status = 'running', started_ms = ?, attempts = attempts + 1"
    f" WHERE job_id = ? AND status = 'pending' RETURNING {COLUMNS}, attempts, payload, payload_file"
)
_END: Final = (
    "UPDATE jobs SET status = ?, completed_ms = ?, result = ?, result_file = ?, payload = NULL"
    f" WHERE job_id = ? AND status = ? RETURNING {COLUMNS}, payload_file"
)
_HAND_BACK: Final = "UPDATE jobs SET status = 'pending', started_ms = NULL WHERE status = 'running'"
_DELETE_OLDER: Final = (
    "DELETE FROM jobs WHERE job_id IN (SELECT job_id FROM jobs WHERE completed_ms < ? AND webhook_due_ms IS NULL"
    " LIMIT ?) RETURNING result_file"
)


class EmbeddedJobStore:
    """Core's JobStore, for the one process that owns the database.

    `on_end` is told of each job that has ended, with its result, and `on_cancel` the id of each running one that
    is to end: both in the thread that did it, once that is so for all.
    """

    def __init__(
        self,
        database: Database,
        files: FolderFileStore,
        *,
        on_end: Callable[[Job], None] | None = None,
        on_cancel: Callable[[str], None] | None = None,
    ) -> None:
        self._database = database
        self._files = files
        self._on_end = on_end
        self.on_cancel = on_cancel
        self._held = HeldJobs()

    def put(self, job: Job, submission: Submission) -> bool:
        """Record a new pending job, its submission in its row or a file; False when there is a job of this id."""
        return self.put_all([(job, submission)])

    def put_all(self, jobs: Sequence[tuple[Job, Submission]]) -> bool:
        """Record new pending jobs in one transaction; False, and none, when there is a job of one of these ids."""
        rows = []
        for job, submission in jobs:
            payload = submission.model_dump_json(exclude_defaults=True).encode()
            rows.append((*new_row(job), *self._stored(payload, "payloads")))
        try:
            self._database.write(lambda connection: _insert(connection, rows))
        except _TakenError:
            for row in rows:
                self._drop(row[-1])
            return False
        return True

    def get(self, job_id: str) -> Job | None:
        """Return the job as it is now, without what was submitted."""
        held = self._held.get(job_id)  # before the row: what it had printed is known though it ends meanwhile
        rows = self._rows(_GET, (job_id,))
        return self._job(rows[0], held, *rows[0][-2:]) if rows else None

    def get_many(self, job_ids: Sequence[str], room: int) -> list[Job]:
        """Return those of these jobs that are recorded, with their results while there is room for them."""
        rows = {row[0]: row for row in self._select(f"{COLUMNS}, result, result_file", job_ids)}
        jobs = []
        for job_id in job_ids:
            if row := rows.get(job_id):
                result, size = self._result_of_at_most(row[-2], row[-1], room)
                room -= size
                jobs.append(job_of(row, result))
        return jobs

    def _result_of_at_most(
        self, content: bytes | None, file: str | None, room: int
    ) -> tuple[dict[str, Any] | None, int]:
        """Return a recorded result and its size; None and 0 where there is none, or none of at most so many bytes."""
        if file:
            try:
                content = self._files.get_at_most(file, room)
            except OverflowError:
                return None, 0
        if not content:
            return None, 0
        result = shown(json.loads(content), self._files)
        size = shown_bytes(result)
        return (result, size) if size <= room else (None, 0)

    def get_without_result(self, job_id: str) -> Job | None:
        """Return the job as its row alone has it: where its result's file can't be read."""
        rows = self._rows(f"SELECT {COLUMNS} FROM jobs WHERE job_id = ?", (job_id,))
        return job_of(rows[0]) if rows else None

    def list_active(self, owner: str, limit: int = LIST_LIMIT) -> list[Job]:
        """Return this customer's pending and running jobs, newest first; at most 100."""
        return [self._job(row, self._held.get(row[0])) for row in self._rows(_ACTIVE, (owner, limit))]

    def scan_active(self) -> Iterator[ActiveJob]:
        """Yield every customer's pending and running jobs."""
        ids = self._rows("SELECT job_id FROM jobs WHERE completed_ms IS NULL", ())
        yield from self._active([job_id for (job_id,) in ids])

    def adopt(self, worker: str) -> list[Job]:
        """Put the running jobs that an earlier process left into this worker's hands, and return them.

        To be called before any `put`: submissions' files that are no active job's are removed, for that process may
        have been killed before it did so.
        """
        jobs = [active.job for active in self.scan_active() if active.job.status is Status.RUNNING]
        for job in jobs:
            self._held.add(job.job_id, Held.now(worker))
        active = "SELECT payload_file FROM jobs WHERE completed_ms IS NULL AND payload_file IS NOT NULL"
        self._files.keep_only("payloads", {key for (key,) in self._rows(active, ())})
        return jobs

    def scan_held(self) -> Iterator[ActiveJob]:
        """Yield the running jobs whose lease ran out."""
        yield from self._active(list(self._held.expired()))

    def mark_sent(self, job_id: str, last_sent_ms: int) -> bool:
        """Note that a pending job is being sent again; False when it isn't pending or someone else did."""
        statement = "UPDATE jobs SET sent_ms = ? WHERE job_id = ? AND status = 'pending' AND sent_ms = ?"
        values = (now_ms(), job_id, last_sent_ms)
        return self._database.write(
            lambda connection: connection.execute(statement, values).rowcount == 1, sync=False
        )

    def statuses(self, job_ids: Sequence[str]) -> dict[str, Status]:
        """Return the status, as it is now, of each of these jobs that is recorded."""
        return {row[0]: Status(row[1]) for row in self._select("job_id, status", job_ids)}

    def claim(self, job_id: str, worker: str) -> Claim | None:
        """Take a pending job, pending → running; None when it isn't pending (any more)."""
        claimed = self.claim_payload(job_id, worker)
        if claimed is None:
            return None
        job, payload, attempt = claimed
        return Claim(job, Submission.model_validate_json(payload), None, attempt)  # the store deletes its file itself

    def claim_payload(self, job_id: str, worker: str) -> tuple[Job, bytes, int] | None:
        """Take a pending job as `claim` does; return it with its submission's JSON and the number of the attempt."""
        held = Held.now(worker)

        def change(connection: sqlite3.Connection) -> Row | None:
            row = _only(connection.execute(_CLAIM, (now_ms(), job_id)))
            if row:
                self._held.add(job_id, held)
            return row

        try:
            row = self._database.write(change)
        except BaseException:
            self._held.forget(job_id, held)
            raise
        if row is None:
            return None
        *_, attempt, payload, key = row
        return job_of(row), self._files.get(key) if key else payload, attempt

    def heartbeat(self, job_id: str, worker: str, stdout: bytes, stderr: bytes) -> Beat:
        """Renew the lease and publish the latest output, in one step that a cancelled or lost job refuses."""
        return self._held.beat(job_id, worker, stdout, stderr)

    def finish(
        self,
        job_id: str,
        worker: str,
        status: Status,
        result: Mapping[str, Any],
        *,
        young: bool = False,  # noqa: ARG002  # heartbeats leave nothing in the row
    ) -> bool:
        """Write the result, running → `status`; False when the job is no longer this worker's."""
        return self._end_running(job_id, self._held.take(job_id, worker=worker), status, result)

    def expire(self, job_id: str, lease_until: int, result: Mapping[str, Any]) -> bool:
        """End a job whose lease ran out; False when it was renewed or ended meanwhile."""
        held = self._held.take(job_id, lease_until=lease_until)
        return self._end_running(job_id, held, Status.COMPLETED, result)

    def cancel_lost(self, job_id: str, result: Mapping[str, Any]) -> bool:
        """End a running job that was to be cancelled but whose worker doesn't; False when it has ended."""
        return self._end_running(job_id, self._held.take(job_id, cancel=True), Status.CANCELLED, result)

    def give_up(self, job_id: str, result: Mapping[str, Any]) -> bool:
        """End a job that no worker takes: pending → completed; False when one has it or it has ended."""
        return self._told(self._end(job_id, Status.PENDING, Status.COMPLETED, result))

    def cancel_pending(self, job_id: str, result: Mapping[str, Any]) -> bool:
        """End a job that no worker has: pending → cancelled; False when one has it or it has ended."""
        return self._told(self._end(job_id, Status.PENDING, Status.CANCELLED, result))

    def hand_back(self, job_id: str, worker: str) -> bool:
        """Undo a claim whose program never started: running → pending; False when it is no longer ours.

        A job that is to be cancelled isn't handed back either.
        """
        held = self._held.take(job_id, worker=worker, cancel=False)
        if held is None:
            return False
        statement = _HAND_BACK + " AND job_id = ?"

        def change(connection: sqlite3.Connection) -> bool:
            return connection.execute(statement, (job_id,)).rowcount == 1

        return self._leave(job_id, held, lambda: self._database.write(change, sync=False))

    def request_cancel(self, job_id: str) -> bool:
        """Flag a running job for its worker; False when it isn't running, or has the flag."""
        flagged = self._held.cancel(job_id)
        if flagged and self.on_cancel:
            self.on_cancel(job_id)
        return flagged

    def recover(self, lost: Callable[[Job], Mapping[str, Any]]) -> int:
        """At the start, before any claim: settle the running jobs of a process that is gone; return how many ended.

        One whose program hadn't started is pending again; another ends with the result that `lost` gives it.
        """
        self._database.write(lambda connection: connection.execute(_HAND_BACK).rowcount)
        running = [active.job for active in self.scan_active() if active.job.status is Status.RUNNING]
        for job in running:
            self._told(self._end(job.job_id, Status.RUNNING, Status.COMPLETED, lost(job)))
        return len(running)

    def delete_older(self, seconds: float) -> int:
        """Delete the jobs that ended longer ago than this, and their results' files; return how many."""
        before, deleted = now_ms() - int(seconds * 1000), 0
        while True:
            rows = self._database.write(
                lambda connection: connection.execute(_DELETE_OLDER, (before, BATCH)).fetchall(), sync=False
            )
            for (key,) in rows:
                self._drop(key)
            deleted += len(rows)
            if len(rows) < BATCH:
                return deleted

    def _end_running(self, job_id: str, held: Held | None, status: Status, result: Mapping[str, Any]) -> bool:
        """End a job that was taken out of its worker's hands."""
        if held is None:
            return False
        return self._told(self._leave(job_id, held, lambda: self._end(job_id, Status.RUNNING, status, result)))

    def _leave(self, job_id: str, held: Held, change: Callable[[], T]) -> T:
        """Make the change by which a job leaves its worker's hands, where it stays if that fails or is refused."""
        done = None
        try:
            done = change()
        finally:
            if done:
                self._held.forget(job_id, held)
            else:
                self._held.give_back(held)
        return done

    def _end(self, job_id: str, before: Status, status: Status, result: Mapping[str, Any]) -> Job | None:
        """End a job of this status, and delete what was submitted; None when its status is another."""
        content, key = self._stored(written(result), "results")
        values = (status, now_ms(), content, key, job_id, before)
        row = self._database.write(lambda connection: _only(connection.execute(_END, values)))
        if row is None:
            self._drop(key)
            return None
        self._drop(row[-1])
        return job_of(row, shown(result, self._files))

    def _told(self, ended: Job | None) -> bool:
        """Tell of an end, if there was one, and whether there was."""
        if ended and self._on_end:
            self._on_end(ended)
        return ended is not None

    def _stored(self, content: bytes, folder: str) -> tuple[bytes | None, str | None]:
        """Return content for its row, or write it to a file and return that one's key: no other content has it."""
        if len(content) <= INLINE_BYTES:
            return content, None
        key = f"{folder}/{uuid.uuid4()}"
        self._files.put(key, content)
        return None, key

    def _drop(self, key: str | None) -> None:
        """Delete a file that no row names any more; one that can't be deleted goes with its age."""
        if key:
            with suppress(StorageError):
                self._files.delete(key)

    def _active(self, job_ids: Sequence[str]) -> Iterator[ActiveJob]:
        for row in self._select(f"{COLUMNS}, sent_ms, completed_ms IS NULL", job_ids):
            *_, sent_ms, active = row
            if active:
                held = self._held.get(row[0])
                lease, worker = (held.lease_until_ms, held.worker) if held else (None, None)
                yield ActiveJob(self._job(row, held), sent_ms, lease, worker)

    def _select(self, columns: str, job_ids: Sequence[str]) -> Iterator[Row]:
        """Yield rows by their jobs' ids, in some order."""
        for start in range(0, len(job_ids), BATCH):
            batch = job_ids[start : start + BATCH]
            marks = ", ".join("?" * len(batch))
            statement = f"SELECT {columns} FROM jobs WHERE job_id IN ({marks})"
            yield from self._rows(statement, batch)

    def _rows(self, statement: str, values: Sequence[object]) -> list[Row]:
        return self._database.read(lambda connection: connection.execute(statement, values).fetchall())

    def _job(self, row: Row, held: Held | None, result: bytes | None = None, result_file: str | None = None) -> Job:
        """Return the job of a row, with its result, or with what its program has printed so far."""
        content = self._files.get(result_file) if result_file else result
        if content:
            return job_of(row, shown(json.loads(content), self._files))
        running = held if row[2] == Status.RUNNING else None
        return job_of(row, None, running.stdout, running.stderr) if running else job_of(row)


class _TakenError(Exception):
    """There is a job of an id that was to be a new one's."""


def _insert(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Insert the rows of new jobs. Raises _TakenError, which undoes those that were inserted."""
    for row in rows:
        if connection.execute(_INSERT, row).rowcount != 1:
            raise _TakenError


def _only(cursor: sqlite3.Cursor) -> Row | None:
    """Return the row that a change returned, if there was one, with the statement run to its end."""
    rows: list[Row] = cursor.fetchall()
    return rows[0] if rows else None
