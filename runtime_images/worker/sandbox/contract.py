"""What a sandbox promises, whichever wall it is made of. The two backends are `namespaces` and `task`.

A job opens one area, writes its files there, runs its commands in it one after another (compile, then run),
and collects what they left. Leaving the area kills everything the job started and removes everything it wrote.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from functions.core.job import LeftOut, NetworkMode
from functions.core.languages import Waiting
from functions.core.limits import SandboxLimits


class SandboxUnavailableError(Exception):
    """This machine can't isolate a program as asked; the message says what to install or change."""


class SandboxLostError(OSError):
    """The sandbox is broken for good: its worker must end, for no job would run in it any more."""


class End(StrEnum):
    """Why a command is over."""

    EXITED = "exited"  # by itself, or by a signal of its own making
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    MEMORY = "memory"  # killed for exceeding SandboxLimits.memory_mb


class Input:
    """What a running program reads as it comes, until its end. Any thread adds; who runs the program takes.

    Its descriptor is readable when there is something new.
    """

    def __init__(self, begin: bytes = b"") -> None:
        self._event = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._lock = threading.Lock()
        self._left = bytearray(begin)
        self._ended = False

    def fileno(self) -> int:
        """Return the descriptor to poll."""
        return self._event

    def add(self, data: bytes, *, eof: bool) -> None:
        """Add what comes next, and whether it is the last."""
        with self._lock:
            self._left += data
            self._ended = self._ended or eof
        os.eventfd_write(self._event, 1)

    def next(self, size: int) -> bytes:
        """Return at most so many of the bytes that come next, which stay until they are `taken`."""
        with suppress(BlockingIOError):
            os.eventfd_read(self._event)
        with self._lock:
            return bytes(self._left[:size])

    def taken(self, size: int) -> None:
        """Let go of so many bytes."""
        with self._lock:
            del self._left[:size]

    @property
    def over(self) -> bool:
        """Whether all was taken that will ever come."""
        with self._lock:
            return self._ended and not self._left

    @property
    def ended(self) -> bool:
        """Whether nothing more will be added."""
        return self._ended

    def close(self) -> None:
        """Free the descriptor."""
        os.close(self._event)


@dataclass(frozen=True, slots=True)
class Command:
    """One program to run in the area's working directory."""

    argv: tuple[str, ...]  # argv[0] is looked up on the sandbox's own PATH, never on one from `env`
    env: Mapping[str, str]  # on top of the sandbox's base environment
    timeout: float  # wall-clock seconds
    stdin: bytes = b""
    more: Input | None = None  # what the program reads in place of `stdin`, as it comes


@dataclass(frozen=True, slots=True)
class Completed:
    """How a command ended. CPU time and memory include its children.

    CPU time counts from the moment when the program was let run, whatever was made ready before; the memory's peak is
    that of the processes' whole life.
    """

    end: End
    exit_code: int  # 128 + N for signal N; -1 for timeout and cancelled
    wall_ms: int
    cpu_ms: int
    max_memory_kb: int
    waited: bool = False  # whether its interpreter had been started before, and waited for it


class Output:
    """A stream's first `limit` bytes; the rest is counted and dropped. One thread feeds, any thread reads."""

    def __init__(self, limit: int) -> None:
        self._kept = bytearray()
        self._limit = limit
        self.truncated = False
        self.on_more: Callable[[], None] | None = None  # called by whoever feeds, after each time

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        room = self._limit - len(self._kept)
        self._kept += data[:room]
        self.truncated = self.truncated or len(data) > room
        if self.on_more:
            self.on_more()

    def part(self, offset: int, size: int) -> bytes:
        """Return at most `size` of the bytes kept so far, from an offset on."""
        return bytes(self._kept[offset : offset + size])

    def tail(self, size: int) -> bytes:
        """Return the last `size` bytes kept so far."""
        return bytes(self._kept[-size:])

    def bytes(self) -> bytes:
        """Return all bytes kept so far."""
        return bytes(self._kept)


class Stop:
    """Tells a running command, from another thread, to end now. Its fd is readable once it is set."""

    def __init__(self) -> None:
        self._event = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self.requested = False

    def fileno(self) -> int:
        """Return the descriptor to poll."""
        return self._event

    def set(self) -> None:
        """Ask the command to end; Completed.end will be CANCELLED."""
        self.requested = True
        os.eventfd_write(self._event, 1)

    def close(self) -> None:
        """Free the descriptor."""
        os.close(self._event)


@dataclass(frozen=True, slots=True)
class CollectedFile:
    """A file that the job left, read without following a link."""

    filename: str  # safe: one path component, printable, at most 255 bytes
    path: str  # below the folder that it was found in, as safe
    content: bytes
    sha256: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Collected:
    """The files that are returned, and how many are not, by the limit or the reason."""

    files: list[CollectedFile] = field(default_factory=list)
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)


class Kept:
    """What an area's folders held, in memory that has no name; whoever got it closes it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        """Return the descriptor to read."""
        return self._descriptor

    def close(self) -> None:
        """Free the memory."""
        os.close(self._descriptor)


class Area(Protocol):
    """One job's private place: working directory, /tmp, and the processes in it."""

    def expect(self, command: Command) -> None:
        """Hear the job's first command, before its files: what was made ready for another is taken away now."""

    def write(self, name: str, content: bytes) -> None:
        """Put a file into the working directory, before the first command. `name` is one safe path component."""

    def write_input(self, name: str, content: bytes) -> None:
        """Put an input file into the working directory and under /tmp/input/."""

    def run(
        self,
        command: Command,
        stdout: Output,
        stderr: Output,
        stop: Stop,
        started: Callable[[], None] | None = None,
    ) -> Completed:
        """Run one command to its end, draining its output; nothing it started is alive afterwards.

        `started` is called just before the sandboxed process is let run. Raises OSError or SandboxUnavailableError
        only for failures that are ours: whatever the program does is in the Completed.
        """

    def keep(self) -> Kept | None:
        """Return what is in the working directory and /tmp, after a command; None where it is too much to be kept.

        Files, folders and links are kept, with their modes; other things aren't. See limits.KEPT_BYTES.
        """

    def restore(self, kept: Kept) -> None:
        """Make the working directory and /tmp what another area's were when they were kept, before any command.

        Raises OSError.
        """

    def collect(self, paths: tuple[str, ...]) -> Collected:
        """Return the named files of the working directory, then all that is in /tmp/artifacts.

        At most limits.ARTIFACTS files and limits.ARTIFACT_BYTES in all; what isn't a plain file is left out, and
        all that is left out is counted.
        """


class Sandbox(Protocol):
    """A way to isolate jobs."""

    name: str

    def check(self) -> None:
        """Prove once, by a trial run, that isolation works here. Raises SandboxUnavailableError."""

    def anticipate(
        self, limits: SandboxLimits, network: NetworkMode, command: Command, waiting: Waiting | None = None
    ) -> None:
        """Get ready for a job of these limits whose first command will be this one; it may also not come.

        With `waiting` the command is one that can start before its job is there. One thread, no area open. Raises
        SandboxUnavailableError.
        """

    def let_wait(self) -> None:
        """Let the anticipated command start, if it can wait for its job: nothing else is to be done now."""

    def forget(self) -> None:
        """Take away what was anticipated."""

    def open(self, limits: SandboxLimits, network: NetworkMode) -> AbstractContextManager[Area]:
        """Open an area for one job. Raises SandboxUnavailableError for a network mode it can't give."""
