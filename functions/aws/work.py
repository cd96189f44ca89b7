"""AwsWorkQueue: a worker's messages from SQS, its jobs in DynamoDB, its files in S3."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.aws.chunks import Chunk
from functions.aws.deletions import Deletions
from functions.aws.inputs import NO_INPUT, Pending
from functions.aws.jobs import DynamoJobStore
from functions.aws.output import OutputPace
from functions.aws.queue import WORKER_POLL_SECONDS, SqsJobQueue
from functions.core.errors import StorageError
from functions.core.files import FileStore
from functions.core.job import Job, Status
from functions.core.store import Beat, Claim
from functions.core.work import Message


@dataclass(slots=True)
class _Claimed:
    """What is known of the message of the claimed job."""

    message: Message
    started: bool = False  # its program has, so it won't be handed back
    deleted: bool = False


@dataclass(slots=True)
class AwsWorkQueue:
    """Core's WorkQueue for one pool.

    A message is hidden from other workers for a few seconds only, lest a job wait for a worker that died before it
    claimed it. A claimed job's message isn't needed any more once the program has started: the lease says then
    whether the worker lives. It is deleted with the job's end, or by the first heartbeat if that is sooner.
    """

    pool: str
    name: str
    store: DynamoJobStore
    queue: SqsJobQueue
    files: FileStore
    beat_seconds: float = field(default=1.0)
    clock: Callable[[], float] = field(default=time.monotonic)
    at_once: bool = field(default=False, init=False)  # a write for each line would cost more than it is worth
    watched: bool = field(default=False, init=False)
    _number: int = field(default=0, init=False)  # of the claimed job's next chunk
    _input: Pending = field(default=NO_INPUT, init=False)  # that was found last, of the claimed job
    _pace: OutputPace = field(default_factory=OutputPace, init=False)  # of the claimed job
    _claimed: _Claimed | None = field(default=None, init=False)
    _deletions: Deletions = field(init=False)

    def __post_init__(self) -> None:
        self._deletions = Deletions(self.queue, self.pool)

    @property
    def news(self) -> int | None:
        """None: a cancel is heard by the heartbeats."""
        return None

    @property
    def over(self) -> bool:
        """False: the pool's jobs have no end."""
        return False

    def receive(self, seconds: int) -> Message | None:
        """Wait for the pool's next message; None when there was none in that time, or in one poll's."""
        return self.queue.receive(self.pool, min(seconds, WORKER_POLL_SECONDS))

    def release(self, message: Message) -> None:
        """Give a message back, to be received again at once."""
        if message.receipt:
            self.queue.release(self.pool, message.receipt)

    def keep(self, message: Message) -> None:
        """Keep a message from other workers for some seconds more."""
        if message.receipt:
            self.queue.keep(self.pool, message.receipt)

    def claim(self, message: Message) -> Claim | None:
        """Take a message's job. Where someone else has it or it has ended, the message goes for good.

        If that other worker dies, the sweep sees to the job.
        """
        return self._claim(message)

    def _claim(self, message: Message, like: Job | None = None) -> Claim | None:
        claim = self.store.claim(message.job_id, self.name, like)
        if claim is None:
            self._settle(message)
        self._pace = OutputPace(self.clock)
        self._claimed = _Claimed(message)
        self._input = NO_INPUT
        self.watched, self._number = claim is not None and claim.job.watched, 0
        return claim

    def heartbeat(self, claim: Claim, stdout: bytes, stderr: bytes) -> Beat:
        """Renew the lease, see to the message, and show the output where it is new and due."""
        beat, item = self.store.beat(claim.job.job_id, self.name)
        self.watched = self.watched or "watched" in item
        with contextlib.suppress(StorageError):  # the next beat, or the end, sees to it
            self._see_to_message()
        if beat is Beat.RENEWED and self._pace.due(stdout, stderr):
            # Where it can't be written now, the lease is renewed all the same, and the next beat shows it.
            with contextlib.suppress(StorageError):
                self.store.show(claim.job.job_id, stdout, stderr)
                self._pace.shown(stdout, stderr)
        return beat

    def pass_on(self, claim: Claim, stdout: bytes, stderr: bytes) -> None:
        """Write the next chunk."""
        self.store.chunks.put(claim.job.job_id, self._number, Chunk(stdout, stderr))
        self._number += 1

    def more_input(self, claim: Claim) -> tuple[bytes, bool]:
        """Look for what came, once the program has started: a job that goes back keeps its input."""
        if self._claimed is None or not self._claimed.started:
            return b"", False
        self._input = self.store.inputs.look(claim.job.job_id, self._input)
        return b"".join(self._input.parts), self._input.eof

    def mark_started(self, claim: Claim) -> None:
        """Nothing is written: a claim that wasn't handed back counts as started."""
        if self._claimed and self._claimed.message.job_id == claim.job.job_id:
            self._claimed.started = True

    def put(self, key: str, content: bytes) -> None:
        """Write a file of the result."""
        self.files.put(key, content)

    def finish(
        self, message: Message, claim: Claim, status: Status, result: Mapping[str, Any], *, young: bool
    ) -> None:
        """Write the result, if the job is still ours; then its message and its submission go."""
        ended = self.store.finish(claim.job.job_id, self.name, status, result, young=young)
        if ended and claim.job.webhook:
            self.store.announce(claim.job.job_id, claim.job.owner)
        if claim.submission.stdin_open:
            with contextlib.suppress(StorageError):  # it goes with its age
                self.store.inputs.close(claim.job.job_id)
        self.forget(message, claim)

    def forget(self, message: Message, claim: Claim) -> None:
        """Delete the message, and the submission where it is a file."""
        if self._claimed is None or not self._claimed.deleted:
            self._settle(message)
        if claim.payload_key:
            self.files.delete(claim.payload_key)

    def _settle(self, message: Message) -> None:
        if message.receipt:
            self._deletions.add(message.receipt)

    def hand_back(self, message: Message, claim: Claim) -> bool:
        """Make the job pending and its message visible again; False where the store refuses.

        One without a message, which was given to this worker by name, the sweep sends to the pool.
        """
        if not self.store.hand_back(claim.job.job_id, self.name):
            return False
        self.release(message)
        return True

    def close(self) -> None:
        """Delete the messages that are still to be deleted."""
        self._deletions.flush()

    def _see_to_message(self) -> None:
        """Delete the claimed job's message, or keep it while the job may still be handed back."""
        claimed = self._claimed
        if claimed is None or claimed.deleted:
            return
        if claimed.started:
            self._settle(claimed.message)
            claimed.deleted = True
        else:
            self.keep(claimed.message)
