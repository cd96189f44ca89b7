"""Sweeper: finds the jobs that a crash left behind, so that every accepted job ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from functions.core.dispatch import Dispatch
from functions.core.job import Status
from functions.core.service import unfinished_result
from functions.core.store import PATIENCE_SECONDS, ActiveJob, JobStore, now_ms

RESEND_SECONDS: Final = 120  # a job pending for so long since it was last sent is sent again
GIVE_UP_SECONDS: Final = 3600  # a job that no worker took for so long ends
LEASE_GRACE_SECONDS: Final = 5


@dataclass(slots=True)
class Swept:
    """What one look at all active jobs found: the numbers that a deployment's alarms read."""

    pending: int = 0
    running: int = 0
    oldest_pending_seconds: int = 0
    helped: int = 0
    spared: int = 0  # whose worker lives but can't renew its lease: the storage is throttled, or out of its reach


class Sweeper:
    """Ends jobs whose worker is gone, and sends again those that no worker has heard of."""

    def __init__(
        self, store: JobStore, dispatch: Dispatch, lives: Callable[[str], bool] = lambda _worker: False
    ) -> None:
        """Make it; `lives` says of a worker's name whether it is known to be there, else its lease alone tells."""
        self._store = store
        self._dispatch = dispatch
        self._lives = lives

    def sweep(self) -> Swept:
        """Look at every active job once, and help those that need it."""
        swept = Swept()
        for active in self._store.scan_active():
            if active.job.status is Status.PENDING:
                waited = (now_ms() - active.job.created_ms) // 1000
                swept.pending += 1
                swept.oldest_pending_seconds = max(swept.oldest_pending_seconds, waited)
            else:
                swept.running += 1
            if self._is_spared(active):
                swept.spared += 1
            else:
                swept.helped += self._help(active)
        return swept

    def _is_spared(self, active: ActiveJob) -> bool:
        """Whether a job's lease has run out, but not long ago, and its worker lives."""
        if not _lease_is_out(active) or active.worker is None or active.lease_until_ms is None:
            return False
        recent = active.lease_until_ms > now_ms() - PATIENCE_SECONDS * 1000
        return recent and self._lives(active.worker)

    def _help(self, active: ActiveJob) -> bool:
        job, now = active.job, now_ms()
        if job.status is Status.PENDING and job.created_ms < now - GIVE_UP_SECONDS * 1000:
            error = "platform: no worker took the job within an hour; there may be no capacity for its language"
            return self._store.give_up(job.job_id, unfinished_result(job, Status.COMPLETED, error))
        if job.status is Status.PENDING and active.sent_ms < now - RESEND_SECONDS * 1000:
            if not self._store.mark_sent(job.job_id, active.sent_ms):
                return False
            self._dispatch.send_again(job)
            return True
        lease = active.lease_until_ms
        if lease is not None and _lease_is_out(active):
            # Its program may have started, so running it again could do its work twice.
            error = "platform: the worker was lost while it had the job"
            return self._store.expire(job.job_id, lease, unfinished_result(job, Status.COMPLETED, error))
        return False


def _lease_is_out(active: ActiveJob) -> bool:
    lease = active.lease_until_ms
    running = active.job.status is Status.RUNNING
    return running and lease is not None and lease < now_ms() - LEASE_GRACE_SECONDS * 1000
