"""When a running job's output is shown anew: not with each heartbeat, for each write is paid by its size."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

UNIT: Final = 1024  # bytes that DynamoDB writes for one unit
UNITS_PER_SECOND: Final = 8  # of a job, at most: so 8 KB are shown each second, and all of 128 KiB every 16


class OutputPace:
    """What of one job was shown, and when: from its claim on it saves up for what it shows next."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._shown = (b"", b"")
        self._since = clock()

    def due(self, stdout: bytes, stderr: bytes) -> bool:
        """Whether this is to be shown now: it is new, and as long has passed as its size takes."""
        price = (len(stdout) + len(stderr)) / UNIT / UNITS_PER_SECOND
        return (stdout, stderr) != self._shown and self._clock() - self._since >= price

    def shown(self, stdout: bytes, stderr: bytes) -> None:
        """Note that it was."""
        self._shown = (stdout, stderr)
        self._since = self._clock()
