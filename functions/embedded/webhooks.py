"""Webhooks: ends are told by threads of their own, so that no job and no other customer waits for a slow receiver."""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import Final, NamedTuple

from aws_lambda_powertools import Logger

from functions.core.deliverer import Deliverer
from functions.core.errors import StorageError
from functions.core.job import Job
from functions.core.store import now_ms
from functions.core.webhooks import Delivery, Outcome
from functions.embedded.database import Database
from functions.embedded.jobs import EmbeddedJobStore
from functions.embedded.parts import Parts

AT_ONCE: Final = 64  # deliveries under way; each is a thread that waits for the network
AT_ONCE_FOR_ONE: Final = 4  # of one customer
PAUSE_SECONDS: Final = 0.02  # between looks at what is due, however often ends come
AFTER_FAILURE_SECONDS: Final = 5.0  # of the storage
LAST_SECONDS: Final = 1.0  # at the end, for deliveries under way
UNREADABLE: Final = "the job's result can't be read"

_ENDED: Final = "webhook_due_ms IS NOT NULL AND completed_ms IS NOT NULL"  # as the index has it
# The customers who have any, each found by one step in the index: however many one has, the others are found as soon.
_OWNERS: Final = (
    f"WITH RECURSIVE owners (owner) AS (SELECT MIN(owner) FROM jobs WHERE {_ENDED} UNION ALL"
    f" SELECT (SELECT MIN(owner) FROM jobs WHERE owner > owners.owner AND {_ENDED}) FROM owners WHERE owner NOT NULL)"
)
# The first few of each customer, in turn: those that are under way are among them, for they stay due.
_DUE: Final = (
    f"{_OWNERS} SELECT job_id FROM (SELECT job_id, webhook_due_ms,"
    " ROW_NUMBER() OVER (PARTITION BY jobs.owner ORDER BY webhook_due_ms) AS place"
    " FROM owners CROSS JOIN jobs WHERE jobs.rowid IN (SELECT due.rowid FROM jobs AS due"
    f" WHERE due.owner = owners.owner AND due.webhook_due_ms <= ? AND {_ENDED} ORDER BY due.webhook_due_ms LIMIT ?))"
    " ORDER BY place, webhook_due_ms"
)
_NEXT: Final = (
    f"{_OWNERS} SELECT MIN((SELECT MIN(webhook_due_ms) FROM jobs"
    f" WHERE jobs.owner = owners.owner AND webhook_due_ms > ? AND {_ENDED})) FROM owners"
)
_NOTE: Final = "UPDATE jobs SET webhook = ?, webhook_due_ms = ? WHERE job_id = ?"

logger = Logger(service="engine")


class Due(NamedTuple):
    """What is to be told now, and when there will be more."""

    job_ids: list[str]
    next_ms: int | None


class DueWebhooks:
    """What the database says of deliveries. All methods raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, now: int) -> Due:
        """Return the jobs that have ended and whose next try is due."""

        def query(connection: sqlite3.Connection) -> Due:
            ids = [job_id for (job_id,) in connection.execute(_DUE, (now, AT_ONCE_FOR_ONE))]
            (ahead,) = connection.execute(_NEXT, (now,)).fetchone()
            return Due(ids, ahead)

        return self._database.read(query)

    def note(self, job_id: str, delivery: Delivery) -> None:
        """Record what became of a try."""
        row = (delivery.model_dump_json(exclude_defaults=True), delivery.next_ms, job_id)
        self._database.write(lambda connection: connection.execute(_NOTE, row).rowcount)


class Webhooks:
    """A thread that looks when there is something to look for, and a thread for each delivery under way."""

    def __init__(self, jobs: EmbeddedJobStore, due: DueWebhooks, deliverer: Deliverer, parts: Parts) -> None:
        self._jobs = jobs
        self._due = due
        self._deliverer = deliverer
        self._news = threading.Event()
        self._over = False
        self._lock = threading.Lock()
        self._under_way: dict[str, threading.Thread] = {}
        self._thread = parts.thread("webhooks", self._run)

    def start(self) -> None:
        """Tell what an earlier service left, and from now on each end."""
        self._thread.start()

    def look(self) -> None:
        """Have it be seen that a job with a webhook has ended."""
        self._news.set()

    def stop(self) -> None:
        """Begin no more; those under way have a moment. What isn't noted by then is told after the next start."""
        self._over = True
        self._news.set()
        if self._thread.ident:
            self._thread.join()
        deadline = time.monotonic() + LAST_SECONDS
        with self._lock:
            threads = list(self._under_way.values())
        for thread in threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _run(self) -> None:
        while not self._over:
            self._news.clear()
            try:
                seconds = self._begin_due()
            except StorageError:
                logger.exception("what webhooks are due can't be read")
                seconds = AFTER_FAILURE_SECONDS
            self._news.wait(seconds)
            time.sleep(PAUSE_SECONDS)

    def _begin_due(self) -> float | None:
        """Begin what is due and has room; return the seconds until there is more, None where nothing is known of."""
        now = now_ms()
        due = self._due.look(now)
        for job_id in due.job_ids:
            with self._lock:
                if job_id in self._under_way:
                    continue
                if len(self._under_way) >= AT_ONCE:
                    break
                thread = threading.Thread(target=self._tell, args=(job_id,), name="webhook", daemon=True)
                self._under_way[job_id] = thread
            thread.start()
        return None if due.next_ms is None else max(due.next_ms - now, 0) / 1000

    def _tell(self, job_id: str) -> None:
        """Make a try; where that can't be noted, it is made once more, later."""
        try:
            self._try(job_id)
        except Exception:  # whatever it is, other deliveries go on
            logger.exception("a webhook couldn't be told", job_id=job_id)
            time.sleep(AFTER_FAILURE_SECONDS)
        finally:
            with self._lock:
                del self._under_way[job_id]
            self._news.set()

    def _try(self, job_id: str) -> None:
        begun_ms = now_ms()
        job = self._read(job_id)
        if job is None or job.webhook is None or job.webhook.next_ms is None:
            return
        begun = job.webhook.begun(begun_ms, begun_ms)
        readable = job.result is not None
        outcome = self._deliverer.deliver(job, begun) if readable else Outcome(error=UNREADABLE)
        self._due.note(job_id, begun.tried(outcome, now_ms()))

    def _read(self, job_id: str) -> Job | None:
        """Return a job; without its result where that is a file that can't be read, as after its time."""
        try:
            return self._jobs.get(job_id)
        except StorageError:
            return self._jobs.get_without_result(job_id)
