"""Parts: the threads that an engine lives by. One that ends before its time is told of, and not forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from aws_lambda_powertools import Logger

LOST: Final = "a part of the service has failed ({}: {}); what was accepted goes on after the next start"

logger = Logger(service="engine")


class Parts:
    """The threads of one engine. `on_loss` is called once, in the thread that was lost, with a sentence."""

    def __init__(self) -> None:
        self.lost: str | None = None  # the sentence
        self.on_loss: Callable[[str], None] = lambda _: None
        self._lock = threading.Lock()

    def thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        """Return a thread, yet to be started, that does its work until that returns. What it raises is its loss."""
        return threading.Thread(target=self._run, args=(name, work), name=name, daemon=True)

    def _run(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            logger.exception("a part was lost", part=name)
            with self._lock:
                first, self.lost = self.lost is None, self.lost or LOST.format(name, type(error).__name__)
            if first:
                self.on_loss(self.lost)
