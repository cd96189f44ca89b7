"""Slots: at most N jobs run at once on this machine, whichever pools they are of."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from functions.aws.work import AwsWorkQueue
from functions.core.job import Status
from functions.core.store import Claim
from functions.core.work import Message

RETRY_SECONDS = 0.01


class Slots:
    """N lock files. The kernel frees a dead worker's slot, so none is ever lost."""

    def __init__(self, folder: Path, count: int) -> None:
        self._paths = [folder / f"slot-{index}" for index in range(count)]

    def take(self) -> list[int]:
        """Wait for a slot, and return what `leave` takes."""
        descriptors = [os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for path in self._paths]
        while not any(_try_lock(descriptor) for descriptor in descriptors):
            time.sleep(RETRY_SECONDS)
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

    def claim(self, message: Message) -> Claim | None:
        """Take the message's job once there is a slot."""
        self._taken = self._slots.take()
        claim = self._work.claim(message)
        if claim is None:
            self._slots.leave(self._taken)
        return claim

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
