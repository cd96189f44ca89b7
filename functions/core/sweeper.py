"""Sweeper: finds the jobs that a crash left behind, so that every accepted job ends."""

from __future__ import annotations

from typing import Final

from functions.core.job import Status
from functions.core.queue import JobQueue
from functions.core.schema import pool_name
from functions.core.service import unfinished_result
from functions.core.store import ActiveJob, JobStore, now_ms

RESEND_SECONDS: Final = 120  # a job pending for so long since it was last sent is sent again
LEASE_GRACE_SECONDS: Final = 5


class Sweeper:
    """Ends jobs whose worker is gone, and sends again those that no worker has heard of."""

    def __init__(self, store: JobStore, queue: JobQueue) -> None:
        self._store = store
        self._queue = queue

    def sweep(self) -> int:
        """Look at every active job once; return how many needed help."""
        return sum(self._help(active) for active in self._store.scan_active())

    def _help(self, active: ActiveJob) -> bool:
        job, now = active.job, now_ms()
        if job.status is Status.PENDING and active.sent_ms < now - RESEND_SECONDS * 1000:
            if not self._store.mark_sent(job.job_id, active.sent_ms):
                return False
            pool = pool_name(job.language, job.network_mode)
            self._queue.send(pool, job.job_id)
            self._queue.request_launch(pool, job.job_id, delay_seconds=0)
            return True
        lease = active.lease_until_ms
        if job.status is Status.RUNNING and lease is not None and lease < now - LEASE_GRACE_SECONDS * 1000:
            # Its program may have started, so running it again could do its work twice.
            error = "platform: the worker was lost while it had the job"
            return self._store.expire(job.job_id, lease, unfinished_result(job, Status.COMPLETED, error))
        return False
