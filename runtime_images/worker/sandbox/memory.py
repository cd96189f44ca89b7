"""What a job's processes use while they are alive, as the kernel's process files tell it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from runtime_images.worker.sandbox import linux

TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")
PAGE_KB: Final = os.sysconf("SC_PAGE_SIZE") // 1024
PAGES_PER_TABLE: Final = os.sysconf("SC_PAGE_SIZE") // 8

_CLOCK_OF_PROCESS: Final = 2  # clock_getcpuclockid's number is made of the process and this


def used_kb(pids: Iterable[int], limit_kb: int) -> int:
    """Return what these processes have: resident pages, and the page tables of all that they have reserved.

    Exact, with shared pages counted once, is slow: so it's only counted when the quick count, which is never less,
    is over the limit.
    """
    alive = list(pids)
    quick = sum(map(_most_kb, alive))
    return quick if quick <= limit_kb else sum(map(_exact_kb, alive))


def clock_ms(pids: Iterable[int]) -> float:
    """Return the CPU milliseconds of these processes themselves, exactly: by each one's own clock."""
    total = 0.0
    for pid in pids:
        with suppress(OSError):
            total += time.clock_gettime(~pid << 3 | _CLOCK_OF_PROCESS)
    return total * 1000


def spent(pids: Iterable[int]) -> tuple[int, int]:
    """Return the CPU milliseconds that these processes and their buried children used, and the largest's peak KiB."""
    ticks, peak_kb = 0, 0
    for pid in pids:
        with suppress(OSError, IndexError):
            fields = linux.process_stat(pid)
            ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
            peak_kb = max(peak_kb, _kb("VmHWM", Path(f"/proc/{pid}/status").read_text("ascii", "replace")))
    return ticks * 1000 // TICKS_PER_SECOND, peak_kb


def descendants(pid: int) -> Iterator[int]:
    """Yield a process and all below it that are alive."""
    pending = [pid]
    while pending:
        current = pending.pop()
        yield current
        with suppress(OSError):
            for task in os.listdir(f"/proc/{current}/task"):  # noqa: PTH208  # as `linux.read` says
                with suppress(OSError):
                    pending.extend(map(int, linux.read(f"/proc/{current}/task/{task}/children").split()))


def of_user(user: int) -> Iterator[int]:
    """Yield the processes of a user that aren't zombies."""
    for entry in Path("/proc").iterdir():
        if (name := entry.name).isdigit():
            with suppress(OSError, IndexError):
                status = Path(f"/proc/{name}/status").read_text("ascii", "replace")
                state = re.search(r"^State:\s+(\S)", status, re.MULTILINE)
                users = re.search(r"^Uid:\s+(\d+)\s+(\d+)", status, re.MULTILINE)
                if users and str(user) in users.groups() and state and state[1] not in "ZX":
                    yield int(name)


def _most_kb(pid: int) -> int:
    """Return what a process can have at most: a table's page serves as many as it has entries, used or not."""
    try:
        reserved, resident = map(int, linux.read(f"/proc/{pid}/statm").split()[:2])
    except (OSError, ValueError):
        return 0
    return (resident + reserved // PAGES_PER_TABLE) * PAGE_KB


def _exact_kb(pid: int) -> int:
    """Return a process's share of the memory it has (all of it, where the kernel won't tell), and its tables."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    try:
        share = _kb("Pss", _rollup(pid))
    except OSError:
        share = _kb("VmRSS", status)
    return share + _kb("VmPTE", status)


def _kb(name: str, text: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def _rollup(pid: int) -> str:
    path = Path(f"/proc/{pid}/smaps_rollup")
    try:
        return path.read_text("ascii")
    except PermissionError:
        # A task's supervisor has no right to look into processes, but their own user does.
        owner = path.stat()
        with linux.file_user(owner.st_uid, owner.st_gid):
            return path.read_text("ascii")
