"""WorkQueue: all that a pool's worker may do with storage, which is no more than its own jobs need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from functions.core.job import Status
from functions.core.store import Beat, Claim


@dataclass(frozen=True, slots=True)
class Message:
    """What tells a worker of a job: the job's id, and the handle that settles the message, if it needs settling."""

    job_id: str
    receipt: str | None


class WorkQueue(Protocol):
    """The jobs of one pool, to one worker."""

    name: str  # in which it claims jobs
    beat_seconds: float  # between heartbeats

    @property
    def watched(self) -> bool:
        """Whether the claimed job's output is to be passed on."""

    @property
    def at_once(self) -> bool:
        """Whether that is done as it comes; else with the heartbeats."""

    @property
    def news(self) -> int | None:
        """A descriptor that is readable when there is something to hear before the next heartbeat is due, if any."""

    @property
    def over(self) -> bool:
        """Whether no further job will come, so that the worker may end."""

    def receive(self, seconds: int) -> Message | None:
        """Wait for the pool's next message; None when there was none in that time."""

    def release(self, message: Message) -> None:
        """Give a message back whose job wasn't claimed."""

    def claim(self, message: Message) -> Claim | None:
        """Take the job of a message; None when it isn't pending (any more): the message is settled then."""

    def heartbeat(self, claim: Claim, stdout: bytes, stderr: bytes) -> Beat:
        """Renew the claim, and show the latest output. Raises StorageError."""

    def pass_on(self, claim: Claim, stdout: bytes, stderr: bytes) -> None:
        """Pass on what the streams have in addition, to those who watch. Raises StorageError: then it comes again."""

    def more_input(self, claim: Claim) -> tuple[bytes, bool]:
        """Return what came for the standard input of a program that has started, since, and whether that is all.

        Called after heartbeats, of jobs whose input stays open. Raises StorageError; then it comes again.
        """

    def mark_started(self, claim: Claim) -> None:
        """Note that the program is about to be started: from now on the job isn't run again."""

    def put(self, key: str, content: bytes) -> None:
        """Write a file of the claimed job's result."""

    def finish(
        self, message: Message, claim: Claim, status: Status, result: Mapping[str, Any], *, young: bool
    ) -> None:
        """Write the job's result, if it is still this worker's, and settle its message.

        `young`: there was no heartbeat.
        """

    def forget(self, message: Message, claim: Claim) -> None:
        """Settle the message of a job that was taken away."""

    def close(self) -> None:
        """Settle what is left to be: this worker takes no more jobs."""

    def hand_back(self, message: Message, claim: Claim) -> bool:
        """Give a job back whose program never started; False when it is no longer ours or is to be cancelled."""
