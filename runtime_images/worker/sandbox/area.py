"""A job's area on the trusted side: a folder of its own, in which the program is never followed anywhere."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Protocol

from functions.core.limits import ARTIFACT_BYTES, ARTIFACTS, SandboxLimits
from runtime_images.worker.sandbox import artifacts
from runtime_images.worker.sandbox.contract import (
    CollectedFile,
    Command,
    Completed,
    Output,
    SandboxUnavailableError,
    Stop,
)
from runtime_images.worker.sandbox.process import Pipes, Spawner, Usage, Watch, completed, supervise
from runtime_images.worker.sandbox.reader import Wanted

MESSAGE_BYTES: Final = 500
FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
SEALS: Final = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


@dataclass(frozen=True, slots=True)
class Places:
    """The folders that a job may write in, empty, where the trusted side sees them."""

    work: Path
    tmp: Path
    shm: Path

    def all(self) -> tuple[Path, ...]:
        """Return them."""
        return self.work, self.tmp, self.shm


class Wall(Protocol):
    """What the two backends do differently for a program: start it isolated, count it, kill it."""

    def start(self, command: Command, standard: tuple[int, int, int]) -> None:
        """Start the program, with these as its descriptors 0, 1 and 2. Raises SandboxUnavailableError."""

    def pids(self) -> Iterable[int]:
        """Return the processes that the program has become."""

    def kill(self) -> None:
        """Kill the program and everything that it started."""

    def bury(self) -> Usage:
        """End what a program that has ended left, and return what that had used.

        Raises SandboxUnavailableError if the program never began.
        """


class WorkArea:
    """The contract's Area: folders that the backend made, and the backend's wall."""

    def __init__(
        self, places: Places, owner: int, limits: SandboxLimits, wall: Wall, spawner: Spawner, *, read_as_owner: bool
    ) -> None:
        """Give the places to `owner`. Artifacts are read as `owner`, or as us without capabilities."""
        self._owner = owner
        self._limits = limits
        self._wall = wall
        self._spawner = spawner
        self._reader = owner if read_as_owner else None
        for place in places.all():
            os.chown(place, owner, owner)
            place.chmod(0o700)
        self._work, self._tmp = (os.open(place, FOLDER) for place in (places.work, places.tmp))
        for name in ("input", "artifacts"):
            os.mkdir(name, 0o755, dir_fd=self._tmp)
            os.chown(name, owner, owner, dir_fd=self._tmp)

    def close(self) -> None:
        """Let go of the folders."""
        os.close(self._work)
        os.close(self._tmp)

    def write(self, name: str, content: bytes) -> None:
        """Put a file into the working directory, before the first command, in place of one of that name."""
        self._write(self._work, name, content)

    def write_input(self, name: str, content: bytes) -> None:
        """Put an input file into the working directory and under /tmp/input/."""
        self._write(self._work, name, content)
        self._write(self._tmp, f"input/{name}", content)

    def _write(self, folder: int, path: str, content: bytes) -> None:
        # Nothing of the job has run yet, so there is no link to follow; O_NOFOLLOW says so too.
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o644, dir_fd=folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchown(descriptor, self._owner, self._owner)

    def run(
        self,
        command: Command,
        stdout: Output,
        stderr: Output,
        stop: Stop,
        started: Callable[[], None] | None = None,
    ) -> Completed:
        """Run one command to its end; see contract.Area."""
        begin = time.monotonic()
        watch = Watch(
            deadline=begin + command.timeout,
            stop=stop,
            memory_kb=self._limits.memory_mb * 1024,
            pids=self._wall.pids,
            kill=self._wall.kill,
        )
        pipes = Pipes()
        try:
            self._start(command, pipes.open(stdout), pipes.open(stderr))
            if started:
                started()
            report = supervise(pipes, self._spawner, watch, self._wall.bury)
        except SandboxUnavailableError as error:
            pipes.drain_all()
            message = f"{error} {stderr.tail(MESSAGE_BYTES).decode('utf-8', 'replace')}".strip()
            raise SandboxUnavailableError(message) from error
        finally:
            pipes.close()
        return completed(report, watch, time.monotonic() - begin)

    def _start(self, command: Command, stdout: int, stderr: int) -> None:
        stdin = os.memfd_create("stdin", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            _fill(stdin, command.stdin)
            self._wall.start(command, (stdin, stdout, stderr))
        finally:
            for descriptor in (stdin, stdout, stderr):
                os.close(descriptor)

    def collect(self, paths: tuple[str, ...]) -> list[CollectedFile]:
        """Return what the unprivileged reader finds; see contract.Area."""
        pipes = Pipes()
        stream = Output(artifacts.STREAM_BYTES)
        writing = pipes.open(stream)
        try:
            wanted = Wanted(list(paths), ARTIFACTS, ARTIFACT_BYTES, self._reader)
            self._spawner.request({"collect": asdict(wanted)}, (self._work, self._tmp, writing))
        finally:
            os.close(writing)
        pipes.drain_all()
        pipes.close()
        self._spawner.answer()
        return artifacts.parse(stream.bytes())


def _fill(descriptor: int, content: bytes) -> None:
    """Make this the content of a file in memory for good, and go back to its beginning."""
    with os.fdopen(descriptor, "wb", closefd=False) as file:
        file.write(content)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, SEALS)
    os.lseek(descriptor, 0, os.SEEK_SET)
