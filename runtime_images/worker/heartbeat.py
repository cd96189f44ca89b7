"""The heartbeat of a running job: each second it renews the lease, shows the output, and hears of a cancel."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Final, Self

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from functions.core import limits
from functions.core.store import LEASE_SECONDS, Beat, JobStore
from runtime_images.worker.runner import Streams
from runtime_images.worker.sandbox.contract import Stop

INTERVAL_SECONDS: Final = 1.0

logger = Logger(service="worker")


class Heartbeat:
    """A thread that beats while its `with` block lasts, and sets `stop` when the job is to end."""

    def __init__(self, store: JobStore, job_id: str, worker: str, streams: Streams, stop: Stop) -> None:
        self._store = store
        self._job_id = job_id
        self._worker = worker
        self._streams = streams
        self._stop = stop
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self.lost = False  # the job is no longer this worker's: its result must not be written
        self.young = True  # no beat was sent yet

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _beat(self) -> None:
        held_until = time.monotonic() + LEASE_SECONDS
        while not self._done.wait(INTERVAL_SECONDS):
            beat = self._beat_once()
            if beat is Beat.RENEWED:
                held_until = time.monotonic() + LEASE_SECONDS
            elif beat is not None or time.monotonic() > held_until:
                self.lost = beat is not Beat.CANCEL
                self._stop.set()
                return

    def _beat_once(self) -> Beat | None:
        """Return the store's answer, or None when it couldn't be reached."""
        self.young = False
        try:
            return self._store.heartbeat(
                self._job_id,
                self._worker,
                self._streams.stdout.tail(limits.PARTIAL_BYTES),
                self._streams.stderr.tail(limits.PARTIAL_BYTES),
            )
        except (BotoCoreError, ClientError):
            logger.exception("heartbeat not written", job_id=self._job_id)
            return None
