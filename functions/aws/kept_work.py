"""KeptWorkQueue: a worker that has had one customer's job takes further ones of that customer and pool alone."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from typing import Final

from functions.aws.kept import WaitingWorker
from functions.aws.work import AwsWorkQueue
from functions.core.errors import StorageError
from functions.core.store import Claim, now_ms
from functions.core.work import Message

FIRST_LOOK: Final = 0.1  # seconds between looks; longer, the longer nothing came
LAST_LOOK: Final = 0.5
LOOK_GROWTH: Final = 1.1


@dataclass(slots=True)
class KeptWorkQueue(AwsWorkQueue):
    """Before its first claim the pool's queue; from then on its customer's jobs: those that wait, then what comes.

    It claims them on condition that the job has the first one's customer, language and network mode: so
    whatever is written where it looks, it runs no other's. `kept_seconds` after a job it leaves.
    """

    waiting: WaitingWorker = field(kw_only=True)
    kept_seconds: float = field(kw_only=True)
    _first: Claim | None = field(default=None, init=False)  # whose customer and pool are this worker's for good
    _noted: set[str] = field(default_factory=set, init=False)  # jobs that it has found waiting, and tried to claim
    _left: bool = field(default=False, init=False)

    @property
    def over(self) -> bool:
        """Whether no further job will come."""
        return self._left

    def receive(self, seconds: int) -> Message | None:
        """Wait for a job: any of the pool's, or the customer's next, for as long as this worker is kept."""
        if self._first is None:
            return AwsWorkQueue.receive(self, seconds)
        job_id, key = None, self._first.next_jobs
        if key:  # else it was submitted before workers were kept
            # A worker whom the storage fails leaves: what it may have been given goes to another, seconds later.
            with contextlib.suppress(StorageError):
                job_id = self._find(key) or self._await_next(key)
        self._left = job_id is None
        return Message(job_id, receipt=None) if job_id else None

    def _find(self, key: str) -> str | None:
        """Return a job of this customer's and pool's that waits already; each one once."""
        job_id = self.waiting.noted(key, but=self._noted)
        if job_id:
            self._noted.add(job_id)
        return job_id

    def _await_next(self, key: str) -> str | None:
        """Return the id of the job that this worker is given; None when it has left without one."""
        until = now_ms() + int(self.kept_seconds * 1000)
        self.waiting.wait(key, until)
        return self._look(key, until) or self.waiting.leave(key)

    def _look(self, key: str, until_ms: int) -> str | None:
        """Look again and again for a job that this worker is given; None when there was none until then."""
        pause = FIRST_LOOK
        while now_ms() < until_ms:
            with contextlib.suppress(StorageError):  # the next look may be answered
                if job_id := self.waiting.given(key):
                    return job_id
            time.sleep(pause)
            pause = min(pause * LOOK_GROWTH, LAST_LOOK)
        return None

    def claim(self, message: Message) -> Claim | None:
        """Take a message's job; once there was a first one, only a job of its customer and pool."""
        claim = self._claim(message, like=self._first.job if self._first else None)
        self._first = self._first or claim
        was_noted = message.receipt is not None or message.job_id in self._noted
        if was_noted and self._first and self._first.next_jobs:
            with contextlib.suppress(StorageError):  # who finds it there is refused
                self.waiting.drop(self._first.next_jobs, message.job_id)
        return claim
