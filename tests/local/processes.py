"""What /proc tells of the service's processes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from runtime_images.worker.sandbox.cgroup import identity
from runtime_images.worker.sandbox.policy import policy


def tree(pid: int) -> set[int]:
    """Return a process and all that descend from it."""
    found, pending = {pid}, [pid]
    while pending:
        more = children(pending.pop()) - found
        found |= more
        pending += more
    return found


def children(pid: int) -> set[int]:
    """Return the processes that this one has started."""
    found: set[int] = set()
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found.update(int(child) for child in (task / "children").read_text("ascii").split())
    return found


def workers(service: int) -> set[int]:
    """Return a local service's workers: what its fork server has forked."""
    servers = [pid for pid in children(service) if "forkserver" in " ".join(command(pid))]
    return {pid for server in servers for pid in children(server)}


def alive(pids: Iterable[int]) -> set[int]:
    """Return those that are still there, not counting zombies."""
    return {pid for pid in pids if re.search(r"^State:\s+[^ZX]", _status(pid), re.MULTILINE)}


def stopped(pids: Iterable[int]) -> set[int]:
    """Return those that a signal has stopped."""
    return {pid for pid in pids if re.search(r"^State:\s+T", _status(pid), re.MULTILINE)}


def identities(pids: Iterable[int]) -> set[str]:
    """Return what names these processes for good: an id alone is another's one day."""
    return {named for pid in pids if (named := identity(pid))}


def still_there(named: Iterable[str]) -> set[str]:
    """Return those of `identities` that are alive."""
    return {each for each in named if each == identity(int(each.partition("-")[0]))}


def resident_kb(pids: Iterable[int]) -> int:
    """Return the memory that these processes hold together."""
    return sum(int(found[1]) for pid in pids if (found := re.search(r"VmRSS:\s+(\d+)", _status(pid))))


def command(pid: int) -> list[str]:
    """Return a process's command line, at least one word."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace").split("\0")
    return [""]


def waits(pid: int) -> bool:
    """Whether a process still has the descriptor that its job will come by."""
    return os.path.lexists(f"/proc/{pid}/fd/{policy().waiting.go}")


def _status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return ""
