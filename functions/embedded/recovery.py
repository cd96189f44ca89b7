"""Recovery: what the jobs become that a service left behind when it died, with its workers or with the machine."""

from __future__ import annotations

from typing import Final

from functions.core.job import Job, Status
from functions.core.service import unfinished_result
from functions.embedded.jobs import EmbeddedJobStore
from functions.embedded.mark import Marks

RECOVERY: Final = "recovery"  # in whose hands the jobs are meanwhile
LOST: Final = "platform: the service was lost while it had the job"


def recover(store: EmbeddedJobStore, marks: Marks) -> list[Job]:
    """Settle every running job, once nobody runs any more; return the pending ones, the eldest first.

    A job whose program had not started waits again; one whose program had ends, for running it once more could do its
    work twice. After a restart of the machine nobody knows, so all count as started. Raises OSError, StorageError.
    """
    marks.end_holders()
    started = marks.started() if marks.of_this_boot() else None
    for job in store.adopt(RECOVERY):
        may_run_again = started is not None and job.job_id not in started
        if not (may_run_again and store.hand_back(job.job_id, RECOVERY)):
            result = unfinished_result(job, Status.COMPLETED, LOST)
            store.finish(job.job_id, RECOVERY, Status.COMPLETED, result)
    marks.begin()
    pending = [active.job for active in store.scan_active() if active.job.status is Status.PENDING]
    return sorted(pending, key=lambda job: job.created_ms)
