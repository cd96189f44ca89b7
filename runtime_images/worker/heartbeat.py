"""The heartbeat of a running job: again and again it renews the lease, shows the output, and hears of a cancel."""

from __future__ import annotations

import os
import select
import threading
import time
from types import TracebackType
from typing import Final, Self

from aws_lambda_powertools import Logger

from functions.core import limits
from functions.core.errors import StorageError
from functions.core.store import LEASE_SECONDS, PATIENCE_SECONDS, Beat, Claim
from functions.core.work import WorkQueue
from runtime_images.worker.output import tail
from runtime_images.worker.runner import Streams
from runtime_images.worker.sandbox.contract import Stop

HOLD_SECONDS: Final = LEASE_SECONDS + PATIENCE_SECONDS  # whoever ends the job earlier refuses the next heartbeat

logger = Logger(service="worker")


class Heartbeat:
    """A thread that beats while its `with` block lasts, and sets `stop` when the job is to end."""

    def __init__(self, work: WorkQueue, claim: Claim, streams: Streams, stop: Stop) -> None:
        self._work = work
        self._claim = claim
        self._streams = streams
        self._stop = stop
        self._done = os.eventfd(0, os.EFD_CLOEXEC)
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self.lost = False  # the job is no longer this worker's: its result must not be written
        self.young = True  # no beat was sent yet

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.eventfd_write(self._done, 1)
        self._thread.join()
        os.close(self._done)

    def _beat(self) -> None:
        held_until = time.monotonic() + HOLD_SECONDS
        while not self._over():
            beat = self._beat_once()
            if beat is Beat.RENEWED:
                held_until = time.monotonic() + HOLD_SECONDS
            elif beat is not None or time.monotonic() > held_until:
                self.lost = beat is not Beat.CANCEL
                self._stop.set()
                return

    def _over(self) -> bool:
        """Wait for the next beat's time, or for news; True when the block has ended."""
        poll = select.poll()
        poll.register(self._done, select.POLLIN)
        if self._work.news is not None:
            poll.register(self._work.news, select.POLLIN)
        return any(descriptor == self._done for descriptor, _ in poll.poll(self._work.beat_seconds * 1000))

    def _beat_once(self) -> Beat | None:
        """Return the store's answer, or None when it couldn't be reached."""
        self.young = False
        try:
            return self._work.heartbeat(
                self._claim,
                tail(self._streams.stdout, limits.PARTIAL_BYTES),
                tail(self._streams.stderr, limits.PARTIAL_BYTES),
            )
        except StorageError:
            logger.exception("heartbeat not written", **self._claim.job.in_logs())
            return None
