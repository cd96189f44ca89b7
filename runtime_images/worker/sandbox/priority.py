"""The priority of what runs while nothing else does: started for a job that isn't there yet."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

_NONE = os.sched_param(0)


def hurry(pids: Iterable[int]) -> None:
    """Have every thread of these processes run as others do, also those that are born meanwhile."""
    for pid in pids:
        done: set[str] = set()
        with suppress(FileNotFoundError, ProcessLookupError):
            while new := set(os.listdir(f"/proc/{pid}/task")) - done:  # noqa: PTH208  # names alone are wanted
                for thread in new:
                    with suppress(ProcessLookupError):
                        os.sched_setscheduler(int(thread), os.SCHED_OTHER, _NONE)
                done |= new
