"""Waiting for jobs' ends in the server's event loop: a waiting caller costs no thread, and nothing is polled."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from functions.api import answers
from functions.core.job import Job
from functions.core.store import JobStore
from functions.embedded.ends import Ends


@dataclass(frozen=True, slots=True)
class Awaiting:
    """StreamingApp's `await_end` for the embedded engine."""

    jobs: JobStore
    ends: Ends
    seconds: float  # that a caller waits at most

    async def __call__(self, job_id: str) -> Mapping[str, Any]:
        """Return a sync caller's body once the job has ended, or where to poll when that takes too long."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[Job | None] = loop.create_future()

        def settle(job: Job | None) -> None:
            if not ended.done():
                ended.set_result(job)

        def tell(job: Job | None) -> None:
            with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
                loop.call_soon_threadsafe(settle, job)

        self.ends.watch(job_id, tell)
        try:
            job = self.jobs.get(job_id)
            if job and job.active:
                with suppress(TimeoutError):
                    job = await asyncio.wait_for(ended, self.seconds) or job
        finally:
            self.ends.unwatch(job_id, tell)
        return answers.waited(job) if job else {"job_id": job_id, "status": "running"}
