"""Ends: who waits for which job's end, and is told of it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from functions.core.job import Job

Tell = Callable[[Job | None], None]  # the job that has ended, or None where none ends here any more


class Ends:
    """The waiting callers. `tell` is called at most once, from any thread, and must return at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, list[Tell]] = {}
        self._closed = False

    def watch(self, job_id: str, tell: Tell) -> None:
        """Have `tell` called when the job ends; after that, see whether it had ended before."""
        with self._lock:
            if not self._closed:
                self._waiting.setdefault(job_id, []).append(tell)
                return
        tell(None)

    def unwatch(self, job_id: str, tell: Tell) -> None:
        """Let `tell` no longer be called."""
        with self._lock:
            waiting = self._waiting.get(job_id, [])
            if tell in waiting:
                waiting.remove(tell)
            if not waiting:
                self._waiting.pop(job_id, None)

    def ended(self, job: Job) -> None:
        """Tell those who wait for this job."""
        with self._lock:
            waiting = self._waiting.pop(job.job_id, [])
        for tell in waiting:
            tell(job)

    def close(self) -> None:
        """Tell everyone, and whoever comes later at once, that no job ends here any more."""
        with self._lock:
            self._closed = True
            waiting = [tell for each in self._waiting.values() for tell in each]
            self._waiting.clear()
        for tell in waiting:
            tell(None)
