"""What a job's processes use while they are alive, as the kernel's process files tell it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from runtime_images.worker.sandbox import linux

TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")
PAGE_KB: Final = os.sysconf("SC_PAGE_SIZE") // 1024


def exceeds(pids: Iterable[int], limit_kb: int) -> bool:
    """Whether these processes' resident memory, shared pages counted once, is over the limit.

    The exact count is slow, so it's taken only when the quick one, which counts shared pages for each
    process, is over.
    """
    alive = list(pids)
    return sum(map(_resident_kb, alive)) > limit_kb and sum(map(_proportional_kb, alive)) > limit_kb


def spent(pids: Iterable[int]) -> tuple[int, int]:
    """Return the CPU milliseconds that these processes and their buried children used, and the largest's peak KiB."""
    ticks, peak_kb = 0, 0
    for pid in pids:
        with suppress(OSError, IndexError):
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
            found = re.search(
                r"^VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("ascii", "replace"), re.MULTILINE
            )
            peak_kb = max(peak_kb, int(found[1]) if found else 0)
    return ticks * 1000 // TICKS_PER_SECOND, peak_kb


def descendants(pid: int) -> Iterator[int]:
    """Yield a process and all below it that are alive."""
    pending = [pid]
    while pending:
        current = pending.pop()
        yield current
        with suppress(OSError):
            for task in Path(f"/proc/{current}/task").iterdir():
                with suppress(OSError):
                    children = (task / "children").read_text("ascii")
                    pending.extend(map(int, children.split()))


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


def _resident_kb(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE_KB
    except (OSError, IndexError):
        return 0


def _proportional_kb(pid: int) -> int:
    """Return a process's share of the memory it has; all of it where the kernel won't tell the share."""
    try:
        text = _rollup(pid)
    except OSError:
        return _resident_kb(pid)
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
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
