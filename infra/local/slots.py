"""Slots: at most N jobs run at once on this machine, whichever pools they are of."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RETRY_SECONDS = 0.01


class Slots:
    """N lock files. The kernel frees a dead worker's slot, so none is ever lost."""

    def __init__(self, folder: Path, count: int) -> None:
        self._paths = [folder / f"slot-{index}" for index in range(count)]

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold a slot for the block, waiting until one is free."""
        descriptors = [os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for path in self._paths]
        try:
            while not any(_try_lock(descriptor) for descriptor in descriptors):
                time.sleep(RETRY_SECONDS)
            yield
        finally:
            for descriptor in descriptors:
                os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
