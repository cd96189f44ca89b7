"""JobStore: what storage has to do for jobs. Every change is one conditional step, so two racers have one winner."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from functions.core.job import Job, Status, Submission

LEASE_SECONDS: Final = 30  # renewed by each heartbeat; a worker silent for so long may lose its job
# How much longer a worker goes on whose heartbeats fail, and the sweep spares its job where it is known to live.
PATIENCE_SECONDS: Final = 60
LIST_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is now this worker's to run, and how to run it."""

    job: Job
    submission: Submission
    payload_key: str | None  # of the submission's file, to be deleted when the job has ended
    attempt: int  # 1 for the first claim of this job
    next_jobs: str | None = None  # where the same customer's next jobs of the pool are given to workers that are kept


@dataclass(frozen=True, slots=True)
class ActiveJob:
    """A pending or running job as the sweep sees it."""

    job: Job
    sent_ms: int
    lease_until_ms: int | None
    worker: str | None


class Beat(StrEnum):
    """The answer to a heartbeat."""

    RENEWED = "renewed"
    CANCEL = "cancel"  # the customer wants the job to end
    LOST = "lost"  # the job is no longer this worker's


def now_ms() -> int:
    """Return unix milliseconds."""
    return time.time_ns() // 1_000_000


def shown_bytes(result: Mapping[str, Any]) -> int:
    """Return the bytes that a result has as JSON, as the customer receives it: its artifacts' URLs are long."""
    return len(json.dumps(result, ensure_ascii=False).encode())


class JobStore(Protocol):
    """The jobs. A refused condition is an answer (None or False), never an exception.

    A job's way: pending → running → completed, timeout or cancelled; running → pending where its program never
    started. The first end stands: whoever comes later is refused. An ended job keeps nothing that was submitted.
    All methods raise StorageError where the storage fails; then nothing is known of the change.
    """

    def put(self, job: Job, submission: Submission) -> bool:
        """Record a new pending job with its submission; False when there is a job of this id."""

    def put_all(self, jobs: Sequence[tuple[Job, Submission]]) -> bool:
        """Record new pending jobs, at most 100 of different ids, in one write: all, or none of them.

        False, and none, when there is a job of one of these ids.
        """

    def get(self, job_id: str) -> Job | None:
        """Return the job as it is now, without what was submitted."""

    def get_many(self, job_ids: Sequence[str], room: int) -> list[Job]:
        """Return those of these jobs, at most 100 of different ids, that are recorded, without their output so far.

        In the order of the ids, each gets its result while there is room for it: all results together have at most
        `room` bytes as JSON (`shown_bytes`). A job that has ended but has no result here is one whose didn't fit.
        """

    def list_active(self, owner: str, limit: int = LIST_LIMIT) -> list[Job]:
        """Return this customer's pending and running jobs, newest first; at most 100."""

    def scan_active(self) -> Iterator[ActiveJob]:
        """Yield every customer's pending and running jobs."""

    def mark_sent(self, job_id: str, last_sent_ms: int) -> bool:
        """Note that a pending job is being sent again; False when it isn't pending or someone else did."""

    def statuses(self, job_ids: Sequence[str]) -> dict[str, Status]:
        """Return the status, as it is now, of each of these jobs that is recorded."""

    def claim(self, job_id: str, worker: str) -> Claim | None:
        """Take a pending job, pending → running; None when it isn't pending (any more)."""

    def heartbeat(self, job_id: str, worker: str, stdout: bytes, stderr: bytes) -> Beat:
        """Renew the lease and publish the latest output, in one step that a cancelled or lost job refuses."""

    def finish(
        self, job_id: str, worker: str, status: Status, result: Mapping[str, Any], *, young: bool = False
    ) -> bool:
        """Write the result, running → `status`; False when the job is no longer this worker's.

        `young`: there was no heartbeat, so there is nothing of it to remove.
        """

    def expire(self, job_id: str, lease_until: int, result: Mapping[str, Any]) -> bool:
        """End a job whose lease ran out; False when it was renewed or ended meanwhile."""

    def give_up(self, job_id: str, result: Mapping[str, Any]) -> bool:
        """End a job that no worker takes: pending → completed; False when one has it or it has ended."""

    def cancel_pending(self, job_id: str, result: Mapping[str, Any]) -> bool:
        """End a job that no worker has: pending → cancelled; False when one has it or it has ended."""

    def cancel_lost(self, job_id: str, result: Mapping[str, Any]) -> bool:
        """End a running job that was to be cancelled but whose worker doesn't; False when it has ended."""

    def hand_back(self, job_id: str, worker: str) -> bool:
        """Undo a claim whose program never started: running → pending; False when it is no longer ours.

        A job that is to be cancelled isn't handed back either.
        """

    def request_cancel(self, job_id: str) -> bool:
        """Flag a running job for its worker's next heartbeat; False when it isn't running, or has the flag."""
