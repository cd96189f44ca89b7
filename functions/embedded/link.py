"""Link: a worker as the service knows it: its process, its end of the channel, and the job that it has."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from functions.core.job import Job
from functions.embedded.channel import Channel, ChannelClosedError, Packet
from functions.embedded.mark import Marks


class Process(Protocol):
    """What starts a worker gives back: multiprocessing's process."""

    @property
    def sentinel(self) -> int:
        """A descriptor that is readable when the process has ended."""

    def terminate(self) -> None:
        """Send SIGTERM."""

    def kill(self) -> None:
        """Send SIGKILL."""

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end."""


@dataclass(slots=True, eq=False)
class Link:
    """One worker. Whoever gives it a job, takes one from it or speaks to it of one holds `lock`."""

    index: int  # the smallest that no living worker has: its programs' user and its mark follow from it
    pool: str
    channel: Channel
    mark: int  # descriptor
    name: str = field(default_factory=lambda: str(uuid.uuid4()))  # in which jobs are claimed
    process: Process | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    job: Job | None = None
    attempt: int = 0
    born: bool = False  # it was ready once
    ready_since: float = 0.0
    gone: bool = False
    nudged: bool = False  # it was told to ask for its job's input, and hasn't asked since
    unwritten: Packet | None = None  # that the storage didn't take so far; nothing is read of this worker meanwhile

    def give(self, job: Job, submission: bytes, attempt: int, *, watched: bool = False) -> None:
        """Send a job that was claimed in this worker's name. One that doesn't take it is killed: its end tells."""
        self.job, self.attempt, self.nudged = job, attempt, False
        try:
            fields = job.model_dump(mode="json", exclude_defaults=True)
            head = {"op": "job", "job": fields, "attempt": attempt, "watched": watched}
            self.channel.send(head, submission, wait=False)
        except ChannelClosedError:
            self.kill()

    def tell(self, head: Mapping[str, Any], body: bytes = b"") -> None:
        """Send a word about the job. One that doesn't take it is killed."""
        try:
            self.channel.send(head, body, wait=False)
        except ChannelClosedError:
            self.kill()

    def in_logs(self) -> dict[str, Any]:
        """Return what a log line about it names: its pool, and the job that it has."""
        job = self.job
        return {"pool": self.pool, **(job.in_logs() if job else {})}

    def started(self) -> bool:
        """Whether the program of its job may have begun."""
        return self.job is not None and Marks.read(self.mark) == self.job.job_id

    def kill(self) -> None:
        """End the process, and with it the program."""
        if self.process and not self.gone:
            self.process.kill()

    def idle_for(self, seconds: float) -> bool:
        """Whether it has waited so long for a job."""
        return time.monotonic() - self.ready_since >= seconds
