"""The heartbeat of a running job: again and again it renews the lease, shows the output, and hears of a cancel."""

from __future__ import annotations

import os
import select
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from aws_lambda_powertools import Logger

from functions.core import limits
from functions.core.errors import StorageError
from functions.core.store import LEASE_SECONDS, PATIENCE_SECONDS, Beat, Claim
from functions.core.work import WorkQueue
from runtime_images.worker.output import tail
from runtime_images.worker.passing import Passing
from runtime_images.worker.runner import Streams
from runtime_images.worker.sandbox.contract import Stop

HOLD_SECONDS: Final = LEASE_SECONDS + PATIENCE_SECONDS  # whoever ends the job earlier refuses the next heartbeat
PASS_SECONDS: Final = 0.01  # between two times that output is passed on

logger = Logger(service="worker")


class Heartbeat:
    """A thread that beats while its `with` block lasts, and sets `stop` when the job is to end."""

    def __init__(self, work: WorkQueue, claim: Claim, streams: Streams, stop: Stop) -> None:
        self._work = work
        self._claim = claim
        self._streams = streams
        self._stop = stop
        self._passing = Passing(work, claim, streams)
        self._done = os.eventfd(0, os.EFD_CLOEXEC)
        self._more = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)  # there is output that may be passed on at once
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self.lost = False  # the job is no longer this worker's: its result must not be written
        self.young = True  # no beat was sent yet

    def __enter__(self) -> Self:
        if self._work.at_once:
            for output in (self._streams.stdout, self._streams.stderr):
                output.on_more = self._note_more
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for output in (self._streams.stdout, self._streams.stderr):
            output.on_more = None
        os.eventfd_write(self._done, 1)
        self._thread.join()
        os.close(self._done)
        os.close(self._more)

    def _note_more(self) -> None:
        if self._work.watched:
            os.eventfd_write(self._more, 1)

    def _beat(self) -> None:
        held_until = time.monotonic() + HOLD_SECONDS
        while not self._over():
            beat = self._beat_once()
            if beat is Beat.RENEWED:
                held_until = time.monotonic() + HOLD_SECONDS
                self._pass_on()
                self._feed()
            elif beat is not None or time.monotonic() > held_until:
                self.lost = beat is not Beat.CANCEL
                self._stop.set()
                return

    def _over(self) -> bool:
        """Wait for the next beat's time, or for news, passing output on meanwhile; True when the block has ended."""
        next_beat = time.monotonic() + self._work.beat_seconds
        if self._work.at_once and self._work.watched:
            self._pass_on()
        while True:
            ready = self._wait(max(next_beat - time.monotonic(), 0))
            if self._done in ready:
                return True
            if ready != {self._more}:
                return False
            self._pass_on()
            if self._wait(PASS_SECONDS, output=False):
                return self._done in self._wait(0, output=False)

    def _wait(self, seconds: float, *, output: bool = True) -> set[int]:
        """Return which descriptors are ready: the end's, the news', and that of more output."""
        poll = select.poll()
        for descriptor in (self._done, self._work.news, self._more if output else None):
            if descriptor is not None:
                poll.register(descriptor, select.POLLIN)
        return {descriptor for descriptor, _ in poll.poll(seconds * 1000)}

    def _pass_on(self) -> None:
        """Pass on what there is to whoever watches."""
        with suppress(BlockingIOError):
            os.eventfd_read(self._more)  # before the output is looked at: what comes later is another time
        try:
            while self._passing.pass_on():
                pass
        except StorageError:
            logger.exception("output not passed on", **self._claim.job.in_logs())

    def _feed(self) -> None:
        """Give the program what came for it, where its input stays open."""
        stdin = self._streams.stdin
        if stdin is None or stdin.ended:
            return
        try:
            data, eof = self._work.more_input(self._claim)
        except StorageError:
            logger.exception("input not fetched", **self._claim.job.in_logs())
            return
        if data or eof:
            stdin.add(data, eof=eof)

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
