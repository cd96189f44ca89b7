"""A memory control group for a worker's programs, where this machine lets us have one (root, usually).

It stops at once what the watcher would only see at its next look, and it counts what no process shows: files
in memory, pipes, the kernel's own.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from runtime_images.worker.sandbox.linux import process_stat

ROOT: Final = Path("/sys/fs/cgroup")
PREFIX: Final = "code-execution-"  # and the worker's identity
LOOK_SECONDS: Final = 0.02
EVENTS_BYTES: Final = 4096  # more than the kernel has to say
ROOM_SECONDS: Final = 5.0  # by then the kernel has taken back what a killed program had
ROOM_BYTES: Final = 8 << 20  # what the spawner takes at once: to read artifacts it becomes two processes
STARTED: Final = 18  # of the fields after the state, as proc(5) counts them


@dataclass(frozen=True, slots=True)
class Version:
    """The files of one version of the kernel's interface."""

    folder: Path
    limits: tuple[str, str]  # of memory, and of swap
    swap_included: bool  # whether the second limit is of both together
    events: str
    usage: str


VERSIONS: Final = (
    Version(ROOT, ("memory.max", "memory.swap.max"), False, "memory.events", "memory.current"),
    Version(
        ROOT / "memory",
        ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes"),
        True,
        "memory.oom_control",
        "memory.usage_in_bytes",
    ),
)


@dataclass(slots=True)
class MemoryGroup:
    """One group. Its programs come one after another."""

    folder: Path
    version: Version
    _events: int  # descriptor
    _limit: int = 0
    _kills_before: int = 0

    @classmethod
    def create(cls) -> Self | None:
        """Make this process's group, or return None where memory groups aren't to be had."""
        remove_stale()
        for version in VERSIONS:
            folder = version.folder / f"{PREFIX}{identity(os.getpid())}"
            with suppress(OSError):
                folder.mkdir()
                if (folder / version.limits[0]).exists():
                    return cls(folder, version, os.open(folder / version.events, os.O_RDONLY | os.O_CLOEXEC))
                folder.rmdir()
        return None

    def hold(self, pid: int) -> None:
        """Put a process, and so all that it will start, into the group. Raises OSError.

        It takes the kernel many milliseconds, so it's done once, to the spawner, which must outlive what it starts:
        a killed program's page tables count until long after its end, and until then the kernel would kill the next.
        """
        (self.folder / "cgroup.procs").write_text(str(pid))
        with suppress(PermissionError):  # a restricted root may not; then `await_room` alone keeps it from being next
            Path(f"/proc/{pid}/oom_score_adj").write_text("-1000")

    def begin(self, limit: int) -> None:
        """Give the next program its limit in bytes. Raises OSError."""
        self._kills_before = self._kills()
        if limit == self._limit:  # to set it takes the kernel milliseconds, too
            return
        memory, swap = (self.folder / name for name in self.version.limits)
        if self.version.swap_included and swap.exists():
            swap.write_text("-1")  # it mustn't be below the other at any time
        memory.write_text(str(limit))
        if swap.exists():  # a kernel may not account for swap
            swap.write_text(str(limit if self.version.swap_included else 0))
        self._limit = limit

    def killed(self) -> bool:
        """Whether the kernel has killed for memory since `begin`."""
        return self._kills() > self._kills_before

    def await_room(self) -> None:
        """Wait until the kernel has taken back what a killed program had: before, nothing of the group can fork."""
        deadline = time.monotonic() + ROOM_SECONDS
        while self._room() < ROOM_BYTES and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)

    def _room(self) -> int:
        return self._limit - int((self.folder / self.version.usage).read_text("ascii"))

    def _kills(self) -> int:
        found = re.search(rb"^oom_kill (\d+)$", os.pread(self._events, EVENTS_BYTES, 0), re.MULTILINE)
        return int(found[1]) if found else 0

    def remove(self) -> None:
        """Remove the group, once its processes are gone."""
        os.close(self._events)
        with suppress(OSError):
            self.folder.rmdir()


def identity(pid: int) -> str | None:
    """Return a process's id and the instant of its start, or None where none of that id is alive.

    The id alone names another process one day. A zombie is not alive, however long nobody waits for it.
    """
    try:
        state, *fields = process_stat(pid)
    except OSError:
        return None
    return None if state in b"ZX" else f"{pid}-{int(fields[STARTED])}"


def remove_stale(patience: float = 0.0) -> bool:
    """Remove the groups of workers that were killed before they could; False where one is still in use.

    `patience` is how many seconds to wait for the end of what was killed and is still going.
    """
    deadline = time.monotonic() + patience
    while not (removed := _remove_stale()) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    return removed


def _remove_stale() -> bool:
    removed = True
    for group in (each for version in VERSIONS for each in version.folder.glob(PREFIX + "*")):
        owner = group.name.removeprefix(PREFIX)
        pid = owner.partition("-")[0]
        if pid.isdecimal() and owner != identity(int(pid)):
            try:
                group.rmdir()
            except FileNotFoundError:  # another process was first
                continue
            except OSError:
                removed = False
    return removed
