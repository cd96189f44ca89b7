"""Live: the output of running jobs that somebody follows, as their workers pass it on.

A follower holds no copy: all read from the job's one buffer, each from where he is. So one who doesn't read holds up
nobody, and costs no memory but his place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from functions.core.job import ACTIVE, Job, Status

Tell = Callable[[], None]


@dataclass(slots=True)
class LiveJob:
    """A job that is followed: what it has written, and who is to be told of more. An end of it stands."""

    status: Status
    closed: bool = False  # nothing more is told of it here
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    followers: set[Tell] = field(default_factory=set)


class Live:
    """The followed jobs, each until it has ended. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, LiveJob] = {}
        self._closed = False

    def follow(self, job_id: str, tell: Tell) -> LiveJob:
        """Return a job as it is told of from now on; `tell` is called after each change, and must return at once."""
        with self._lock:
            live = self._jobs.get(job_id) or LiveJob(Status.PENDING, self._closed)
            if not self._closed:
                self._jobs[job_id] = live
            live.followers.add(tell)
            return live

    def expect(self, job_id: str) -> None:
        """Have a job told of from its start, for a follower who is about to come."""
        with self._lock:
            if not self._closed:
                self._jobs.setdefault(job_id, LiveJob(Status.PENDING))

    def leave(self, job_id: str, live: LiveJob, tell: Tell) -> None:
        """Let `tell` no longer be called. A job that has begun is told of on: others may come."""
        with self._lock:
            live.followers.discard(tell)
            if not live.followers and live.status is not Status.RUNNING and self._jobs.get(job_id) is live:
                del self._jobs[job_id]

    def is_followed(self, job_id: str) -> bool:
        """Whether a job's output is to be passed on."""
        return job_id in self._jobs

    def output(self, job_id: str) -> tuple[bytes, bytes] | None:
        """Return all that a followed job has written; None for one that isn't followed."""
        live = self._jobs.get(job_id)
        return (bytes(live.stdout), bytes(live.stderr)) if live else None

    def begins(self, job_id: str) -> None:
        """Note that a worker has a job."""
        self._change(job_id, Status.RUNNING)

    def append(self, job_id: str, stdout: bytes, stderr: bytes) -> None:
        """Note what a running job has written since."""
        self._change(job_id, Status.RUNNING, stdout, stderr)

    def waits(self, job_id: str) -> None:
        """Note that a job waits for a worker again: its program never began, so it has written nothing."""
        self._change(job_id, Status.PENDING)

    def ended(self, job: Job) -> None:
        """Note that a job has ended: its record tells the rest."""
        self._change(job.job_id, job.status)

    def close(self) -> None:
        """Tell of no job any more."""
        with self._lock:
            self._closed = True
            jobs = list(self._jobs.values())
            self._jobs.clear()
        for live in jobs:
            live.closed = True
            _tell(list(live.followers))

    def _change(self, job_id: str, status: Status, stdout: bytes = b"", stderr: bytes = b"") -> None:
        if job_id not in self._jobs:  # as nearly all: nobody follows them
            return
        with self._lock:
            live = self._jobs.get(job_id)
            if live is None:
                return
            live.stdout += stdout
            live.stderr += stderr
            live.status = status
            if status not in ACTIVE:
                del self._jobs[job_id]
            followers = list(live.followers)
        _tell(followers)


def _tell(followers: list[Tell]) -> None:
    for tell in followers:
        tell()
