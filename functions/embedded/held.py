"""What only memory knows of running jobs: whose they are, until when, and what they have printed."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from functions.core.store import LEASE_SECONDS, Beat, now_ms


@dataclass(slots=True)
class Held:
    """A running job in a worker's hands."""

    worker: str
    lease_until_ms: int
    silent_from: float  # of time.monotonic(): when the lease runs out, however the machine's clock is set meanwhile
    stdout: bytes = b""
    stderr: bytes = b""
    cancel: bool = False  # the customer wants it to end
    leaving: bool = False  # its end, or its way back, is being committed

    @classmethod
    def now(cls, worker: str) -> Held:
        """Return a job that a worker takes now."""
        return cls(worker, *_lease())


class HeldJobs:
    """The running jobs. A job leaves in two steps, so that it is nobody else's while its end is being committed."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}
        self._lock = threading.Lock()

    def add(self, job_id: str, held: Held) -> None:
        """Note that a job is now a worker's."""
        with self._lock:
            self._held[job_id] = held

    def get(self, job_id: str) -> Held | None:
        """Return what is known of a job."""
        return self._held.get(job_id)

    def beat(self, job_id: str, worker: str, stdout: bytes, stderr: bytes) -> Beat:
        """Renew a worker's lease, and take what the program has printed."""
        with self._lock:
            held = self._held.get(job_id)
            if held is None or held.leaving or held.worker != worker:
                return Beat.LOST
            if held.cancel:
                return Beat.CANCEL
            held.lease_until_ms, held.silent_from = _lease()
            held.stdout, held.stderr = stdout, stderr
            return Beat.RENEWED

    def cancel(self, job_id: str) -> bool:
        """Flag a job; False when nobody holds it, or it has the flag."""
        with self._lock:
            held = self._held.get(job_id)
            if held is None or held.leaving or held.cancel:
                return False
            held.cancel = True
            return True

    def take(
        self, job_id: str, *, worker: str | None = None, lease_until: int | None = None, cancel: bool | None = None
    ) -> Held | None:
        """Take a job out of its worker's hands, if all that is named is so. Then `forget` or `give_back` follows."""
        with self._lock:
            held = self._held.get(job_id)
            if held is None or held.leaving:
                return None
            if worker not in (None, held.worker) or lease_until not in (None, held.lease_until_ms):
                return None
            if cancel not in (None, held.cancel):
                return None
            held.leaving = True
            return held

    def give_back(self, held: Held) -> None:
        """Leave a job in its worker's hands after all: its end wasn't recorded."""
        with self._lock:
            held.leaving = False

    def forget(self, job_id: str, held: Held) -> None:
        """Forget a job that has ended or is pending again; where another worker has it by now, that one keeps it."""
        with self._lock:
            if self._held.get(job_id) is held:
                del self._held[job_id]

    def expired(self) -> dict[str, Held]:
        """Return the jobs whose leases ran out."""
        now = time.monotonic()
        with self._lock:
            silent = ((job_id, held) for job_id, held in self._held.items() if held.silent_from < now)
            return {job_id: held for job_id, held in silent if not held.leaving}


def _lease() -> tuple[int, float]:
    return now_ms() + LEASE_SECONDS * 1000, time.monotonic() + LEASE_SECONDS
