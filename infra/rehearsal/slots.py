"""Slots: at most N jobs run at once on this machine, whichever pools they are of."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from functions.aws.schema import VISIBILITY_SECONDS
from functions.aws.work import AwsWorkQueue
from functions.core.errors import StorageError
from functions.core.job import Status
from functions.core.store import Claim
from functions.core.work import Message

RETRY_SECONDS = 0.01
KEEP_SECONDS = VISIBILITY_SECONDS / 3  # between its messages' renewals, of a worker that waits for a slot


class Slots:
    """N lock files. The kernel frees a dead worker's slot, so none is ever lost."""

    def __init__(self, folder: Path, count: int) -> None:
        self._paths = [folder / f"slot-{index}" for index in range(count)]

    def take(self, waiting: Callable[[], None]) -> list[int]:
        """Wait for a slot, and return what `leave` takes; call `waiting` each KEEP_SECONDS until then."""
        descriptors = [os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for path in self._paths]
        next_call = time.monotonic() + KEEP_SECONDS
        while not any(_try_lock(descriptor) for descriptor in descriptors):
            time.sleep(RETRY_SECONDS)
            if time.monotonic() > next_call:
                waiting()
                next_call = time.monotonic() + KEEP_SECONDS
        return descriptors

    def leave(self, taken: list[int]) -> None:
        """Free a slot."""
        for descriptor in taken:
            os.close(descriptor)


class SlottedWorkQueue:
    """A WorkQueue whose claimed jobs each hold a slot until they are settled."""

    def __init__(self, work: AwsWorkQueue, slots: Slots) -> None:
        self._work = work
        self._slots = slots
        self._taken: list[int] = []
        self.name, self.beat_seconds, self.news = work.name, work.beat_seconds, work.news
        self.receive, self.release = work.receive, work.release
        self.heartbeat, self.mark_started, self.put = work.heartbeat, work.mark_started, work.put
        self.close = work.close
        self.at_once, self.pass_on, self.more_input = work.at_once, work.pass_on, work.more_input

    @property
    def watched(self) -> bool:
        """Whether the claimed job's output is to be passed on."""
        return self._work.watched

    @property
    def over(self) -> bool:
        """Whether no further job will come."""
        return self._work.over

    def claim(self, message: Message) -> Claim | None:
        """Take the message's job once there is a slot."""
        self._taken = self._slots.take(functools.partial(self._keep, message))
        claim = self._work.claim(message)
        if claim is None:
            self._slots.leave(self._taken)
        return claim

    def _keep(self, message: Message) -> None:
        with contextlib.suppress(StorageError):  # it is received again, and one of the two has the job
            self._work.keep(message)

    def finish(
        self, message: Message, claim: Claim, status: Status, result: Mapping[str, Any], *, young: bool
    ) -> None:
        """Write the result and free the slot."""
        self._work.finish(message, claim, status, result, young=young)
        self._slots.leave(self._taken)

    def forget(self, message: Message, claim: Claim) -> None:
        """Settle the message and free the slot."""
        self._work.forget(message, claim)
        self._slots.leave(self._taken)

    def hand_back(self, message: Message, claim: Claim) -> bool:
        """Give the job back, and free the slot with it."""
        if not self._work.hand_back(message, claim):
            return False
        self._slots.leave(self._taken)
        return True


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
