"""AwsDispatch: jobs reach workers by SQS, cold pools get one by the launch queue, and ends are looked for."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Collection, Sequence
from typing import Final

from functions.aws.jobs import DynamoJobStore
from functions.aws.kept import KeptWorkers
from functions.aws.pace import Found, Pace
from functions.aws.places import WaitingPlaces
from functions.aws.queue import LaunchRequest, SqsJobQueue
from functions.core.errors import StorageError
from functions.core.job import Job, Status
from functions.core.pools import pool_name
from functions.core.store import now_ms

WARM_START_SECONDS: Final = 2  # how long a warm pool may leave a job pending before it gets another worker


class AwsDispatch:
    """Core's Dispatch. What is sent and then forgotten by SQS, the sweep sends again."""

    def __init__(
        self,
        store: DynamoJobStore,
        queue: SqsJobQueue,
        warm_pools: Collection[str] = (),
        places: WaitingPlaces | None = None,
        kept: KeptWorkers | None = None,
    ) -> None:
        """Make it; without `places` as many callers wait as come, without `kept` no worker does for a customer."""
        self._store = store
        self._places = places
        self._kept = kept
        self._queue = queue
        self._warm_pools = warm_pools
        self._pace = Pace()

    def send(self, job: Job, *, awaited: bool) -> None:
        """Send a job to its pool's queue, and have a worker started for it unless one waits already.

        A worker that is kept for this customer and pool gets it before all others. One that died meanwhile doesn't
        take it, and then the launch request has it sent and another one started.
        """
        pool = _pool(job)
        if self._kept and self._given(self._kept, job):
            request = LaunchRequest(job.job_id, pool, unsent=True)
            self._queue.request_launch(request, delay_seconds=WARM_START_SECONDS)
            return
        self._queue.send(pool, job.job_id)
        if pool not in self._warm_pools:
            self._queue.request_launch(_launch(job), delay_seconds=0)
        elif not awaited:
            self._queue.request_launch(_launch(job), delay_seconds=WARM_START_SECONDS)

    @staticmethod
    def _given(kept: KeptWorkers, job: Job) -> bool:
        """Whether a kept worker has the job; False also where the storage doesn't say, for then any may take it."""
        try:
            return kept.give(job)
        except StorageError:
            return False

    def send_all(self, jobs: Sequence[Job]) -> None:
        """Send new jobs to their pools' queues, and have workers started as for one whose caller doesn't wait."""
        by_pool: dict[str, list[Job]] = {}
        for job in jobs:
            by_pool.setdefault(_pool(job), []).append(job)
        for pool, its in by_pool.items():
            self._queue.send_all(pool, [job.job_id for job in its])
        for pool, its in by_pool.items():
            delay = WARM_START_SECONDS if pool in self._warm_pools else 0
            self._queue.request_launches([_launch(job) for job in its], delay)

    def send_again(self, job: Job) -> None:
        """Send a job, and ask for a worker once more."""
        pool = _pool(job)
        self._queue.send(pool, job.job_id)
        self._queue.request_launch(_launch(job, occasion=now_ms() // 1000), delay_seconds=0)

    def wait(self, job: Job, seconds: float, *, from_its_start: bool = True) -> Job:
        """Return the job once it has ended, or as it is when `seconds` have passed.

        A job that its pool's workers leave pending gets another one: the caller is here to see it, so a
        warm pool's usual job needs no launch request at all. `from_its_start`: it was submitted just now, so its
        end says when to look at the next one. Where all places are taken such a caller doesn't wait.
        """
        if self._places is None or not from_its_start:
            return self._wait(job, seconds, from_its_start=from_its_start)
        place = self._places.take(seconds)
        if place is None:
            if _pool(job) in self._warm_pools:  # nobody waits to see whether it is taken there
                self._queue.request_launch(_launch(job), delay_seconds=WARM_START_SECONDS)
            return job
        try:
            return self._wait(job, seconds, from_its_start=True)
        finally:
            with contextlib.suppress(StorageError):  # it is free again when its time is over
                self._places.leave(place)

    def _wait(self, job: Job, seconds: float, *, from_its_start: bool) -> Job:
        start, start_ms = time.monotonic(), now_ms()
        launch_due = start + WARM_START_SECONDS
        pool, asked = _pool(job), 0.0
        for pause in self._pace.pauses(pool):
            left = start + seconds - time.monotonic()
            if left <= 0:
                break
            time.sleep(min(pause, left))
            before, asked = asked, time.monotonic() - start
            job = self._store.look(job.job_id) or job
            if not job.active:
                if from_its_start and job.completed_ms:
                    self._pace.ended(pool, Found((job.completed_ms - start_ms) / 1000, asked, before))
                break
            if job.status is Status.PENDING and time.monotonic() > launch_due:
                self._queue.request_launch(_launch(job), 0)
                launch_due = math.inf
        return job


def _pool(job: Job) -> str:
    return pool_name(job.language, job.network_mode)


def _launch(job: Job, occasion: int = 0) -> LaunchRequest:
    return LaunchRequest(job.job_id, _pool(job), occasion=occasion, request_id=job.request_id)
