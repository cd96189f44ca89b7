"""Deletions: the messages of jobs that need them no more, deleted up to ten at once, off the worker's way."""

from __future__ import annotations

import threading
from typing import Final

from aws_lambda_powertools import Logger

from functions.aws.queue import SqsJobQueue
from functions.core.errors import StorageError

MOST: Final = 10  # SQS's limit
SOON_SECONDS: Final = 1.0  # much less than VISIBILITY_SECONDS, after which a message would be seen again

logger = Logger(service="worker")


class Deletions:
    """Deletes a pool's messages within a second. For any thread.

    A message that can't be deleted, or whose worker dies before, is received again and goes then: its job's claim is
    refused.
    """

    def __init__(self, queue: SqsJobQueue, pool: str) -> None:
        self._queue = queue
        self._pool = pool
        self._receipts: list[str] = []
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def add(self, receipt: str) -> None:
        """Have a message deleted soon."""
        with self._lock:
            self._receipts.append(receipt)
            full = len(self._receipts) >= MOST
            if not full and self._timer is None:
                self._timer = threading.Timer(SOON_SECONDS, self.flush)
                self._timer.name, self._timer.daemon = "deletions", True
                self._timer.start()
        if full:
            self.flush()

    def flush(self) -> None:
        """Delete now what there is to delete."""
        with self._lock:
            receipts, self._receipts = self._receipts, []
            if self._timer:
                self._timer.cancel()
                self._timer = None
        if not receipts:
            return
        try:
            self._queue.delete(self._pool, *receipts)
        except StorageError:
            logger.exception("messages of ended jobs not deleted")
