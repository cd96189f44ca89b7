"""The ledger: every job that was accepted, what it was to become, and what it became."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ENDS = ("completed", "timeout", "cancelled")


@dataclass(slots=True)
class Entry:
    """One accepted job."""

    stdout: str  # that it is to print
    exit_code: int
    times_out: bool
    cancelled: bool = False  # somebody asked for it
    end: Mapping[str, Any] | None = None  # its first end that anybody saw
    changed: bool = False  # it was seen to end in another way later
    last: Mapping[str, Any] | None = None  # what was seen of it before its end
    pool: str = ""
    times: tuple[float, float] | None = None  # unix seconds of its submission and its start, as the service says

    def verdict(self) -> str:
        """Say what became of the job."""
        if self.end is None:
            return "lost"
        if self.changed:
            return "ended twice"
        return self._meaning(self.end["status"], self.end["result"])

    def _meaning(self, status: str, result: Mapping[str, Any]) -> str:
        if str(result["error"]).startswith("platform:"):
            return "platform errors"
        if result["error"] == "killed: signal 9 (SIGKILL)":
            return "programs killed"
        if status == "cancelled":
            return "cancelled" if self.cancelled else "wrong output"
        if status == "timeout":
            return "timeouts" if self.times_out else "wrong output"
        right = (result["stdout"], result["exit_code"]) == (self.stdout, self.exit_code) and not self.times_out
        return "ended as meant" if right else "wrong output"


VERDICTS = (
    *("ended as meant", "timeouts", "cancelled", "programs killed", "platform errors"),
    *("lost", "ended twice", "wrong output"),
)
FAULTS = ("lost", "ended twice", "wrong output")  # of which there may be none


@dataclass(slots=True)
class Ledger:
    """All jobs, and the requests that failed. For any thread."""

    entries: dict[str, Entry] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def accept(self, job_id: str, entry: Entry) -> Entry:
        """Note an accepted job; a request that was sent again may bring one that is known."""
        with self._lock:
            return self.entries.setdefault(job_id, entry)

    def fail(self, reason: str) -> None:
        """Note a request that failed."""
        with self._lock:
            self.failures[reason] += 1

    def see(self, job_id: str, job: Mapping[str, Any]) -> bool:
        """Note what a job was seen to be; True once it has ended."""
        if job["status"] not in ENDS:
            with self._lock:
                self.entries[job_id].changed |= self.entries[job_id].end is not None
                self.entries[job_id].last = job
            return False
        seen = {"status": job["status"], "result": job["result"]}
        with self._lock:
            entry = self.entries[job_id]
            if job.get("started_at") is not None:
                entry.pool, entry.times = job["language"], (job["created_at"], job["started_at"])
            entry.changed |= entry.end not in (None, seen)
            entry.end = entry.end or seen
        return True

    def waits(self) -> tuple[float, float]:
        """Return the longest waits for a start: since a job's submission, and since a later one was preferred to it.

        The first is long where there is much to do; the second, where a worker that died had the job's message.
        """
        started: dict[str, list[tuple[float, float]]] = {}
        for entry in self.entries.values():
            if entry.times:
                started.setdefault(entry.pool, []).append(entry.times)
        longest = passed_over = 0.0
        for times in started.values():
            first_later = math.inf  # start among the jobs that were submitted later
            for submitted, start in sorted(times, reverse=True):
                longest = max(longest, start - submitted)
                passed_over = max(passed_over, start - max(first_later, submitted))
                first_later = min(first_later, start)
        return longest, passed_over

    def verdicts(self) -> Counter[str]:
        """Count what became of the jobs."""
        return Counter(entry.verdict() for entry in self.entries.values())
