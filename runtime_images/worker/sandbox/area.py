"""A job's area on the trusted side: a folder of its own, in which the program is never followed anywhere."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from functions.core.languages import Waiting
from functions.core.limits import ARTIFACT_BYTES, ARTIFACTS, SandboxLimits
from runtime_images.worker.sandbox import artifacts, keeping, memory
from runtime_images.worker.sandbox.contract import (
    Collected,
    Command,
    Completed,
    End,
    Kept,
    Output,
    SandboxUnavailableError,
    Stop,
)
from runtime_images.worker.sandbox.launched import Launched
from runtime_images.worker.sandbox.process import Pipes, Spawner, Usage, Watch, completed, supervise
from runtime_images.worker.sandbox.reader import Wanted

CERTAIN: Final = 1.25  # times the memory limit
NO_LIMIT_KB: Final = 1 << 60


class Folder(NamedTuple):
    """A folder that an area begins with."""

    name: str
    mode: int


class Wall(Protocol):
    """What the two backends do differently for a program: start it isolated, count it, kill it."""

    def start(self, command: Command, standard: tuple[int, int, int], handover: tuple[int, ...]) -> None:
        """Start the program, with these as its descriptors 0, 1 and 2. Raises SandboxUnavailableError.

        `handover`: those of a program that waits by itself, by the policy's numbers.
        """

    def is_held(self) -> bool:
        """Whether a program that was started waits to be let run, with all that it needs."""

    def release(self) -> None:
        """Let a program that was started run, if it was held back."""

    def idle(self) -> None:
        """Have a program that is held back yield to all others, if that can be taken back."""

    def hurry(self) -> None:
        """Have a program that was to yield run as all others do."""

    def started(self) -> Iterable[int]:
        """Return what is yet to be released and is reported at the end, also the processes that are the wall's."""

    def pids(self) -> Iterable[int]:
        """Return the processes that the program has become."""

    def kill(self) -> None:
        """Kill the program and everything that it started."""

    def out_of_memory(self) -> bool:
        """Whether the kernel killed for memory what the program had become."""

    def bury(self) -> Usage:
        """End what a program that has ended left; return what had been used beside what the program had to report.

        Raises SandboxUnavailableError if the program never began.
        """


class WorkArea:
    """The contract's Area: a folder that the backend made, and the backend's wall."""

    def __init__(
        self,
        root: Path,
        folders: Iterable[Folder],
        owner: int,
        limits: SandboxLimits,
        wall: Wall,
        spawner: Spawner,
        *,
        read_as_owner: bool,
    ) -> None:
        """Make the folders, owned by `owner`. Artifacts are read as `owner`, or as us without capabilities."""
        self._root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._owner = owner
        self._limits = limits
        self._wall = wall
        self._spawner = spawner
        self._reader = owner if read_as_owner else None
        self._launched: Launched | None = None
        self.waiting_kb = 0  # what the program that waited had when its job came
        for name, mode in folders:
            os.mkdir(name, mode, dir_fd=self._root)
            os.chown(name, owner, owner, dir_fd=self._root)

    @property
    def launched(self) -> bool:
        """Whether a command was launched in advance."""
        return self._launched is not None

    def bury(self) -> None:
        """End what the last program left, where it could outlive its wall."""
        self._wall.bury()

    def close(self) -> None:
        """Let go of the folder."""
        self._discard_launched()
        os.close(self._root)

    def write(self, name: str, content: bytes) -> None:
        """Put a file into the working directory, before the first command, in place of one of that name."""
        self._write(f"work/{name}", content)

    def write_input(self, name: str, content: bytes) -> None:
        """Put an input file into the working directory and under /tmp/input/."""
        self._write(f"work/{name}", content)
        self._write(f"tmp/input/{name}", content)

    def _write(self, path: str, content: bytes) -> None:
        self._settle()
        # Nothing of the job has run yet, so there is no link to follow; O_NOFOLLOW says so too.
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o644, dir_fd=self._root)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchown(descriptor, self._owner, self._owner)

    def launch(self, command: Command, waiting: Waiting | None = None) -> None:
        """Start a command in advance, up to where it only lacks its input; `run` of the same goes on from there.

        With `waiting` it is one that can go on to wait by itself, when it's let. Raises SandboxUnavailableError.
        """
        self._launched = self._launch(command, waiting)

    def let_wait(self) -> None:
        """Have what was launched in advance start, if it waits by itself; whatever else runs comes first."""
        launched = self._launched
        if launched and launched.handover and not launched.goes:
            self._wall.idle()
            self._let_go(launched)

    def expect(self, command: Command) -> None:
        """Hear the job's first command before its files come; see contract.Area."""
        launched = self._launched
        if launched and not launched.fits(command):
            self._launched = None
            self._discard(launched)
        self._settle()

    def _settle(self) -> None:
        """See that what was launched waits: nothing of a job is there before. What doesn't wait is ended."""
        launched = self._launched
        if launched is None or launched.handover is None:
            return
        if launched.goes:
            self._wall.hurry()
        else:
            self._let_go(launched)
        if not launched.handover.arrived():
            self._launched = None
            self._discard(launched)

    def _let_go(self, launched: Launched) -> None:
        launched.goes = True
        self._wall.release()

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
        launched = self._take_launched(command)
        watch = Watch(
            deadline=begin + command.timeout,
            stop=stop,
            memory_kb=self._limits.memory_mb * 1024,
            pids=self._wall.pids,
            kill=self._wall.kill,
        )
        try:
            self._spawner.require()
            launched.give(command.stdin, stdout, stderr)
            watch.before_ms = memory.clock_ms(self._wall.started())
            if started:  # said before it is true: what was never said to have started may be run again
                started()
            self._release(launched)
            report = supervise(launched.pipes, self._spawner, watch, self._wall.bury, launched.feeder)
            if watch.ended_by is End.EXITED and (self._wall.out_of_memory() or self._had_too_much(report["usage"])):
                watch.ended_by = End.MEMORY
        finally:
            launched.close()
        seconds = time.monotonic() - begin
        return completed(report, watch, seconds, waited=launched.handover is not None)

    def _release(self, launched: Launched) -> None:
        """Let the program run."""
        if launched.handover:
            launched.handover.release()
            self.waiting_kb = memory.used_kb(self._wall.pids(), NO_LIMIT_KB)
        else:
            self._wall.release()

    def _had_too_much(self, usage: Usage) -> bool:
        """Whether one process had so much more than allowed that it must have been too quick for every look at it.

        A peak counts pages that it shared with others in full, so that it proves nothing nearer to the limit.
        """
        return usage[1] > CERTAIN * self._limits.memory_mb * 1024

    def _take_launched(self, command: Command) -> Launched:
        """Return the command launched in advance if it is this one, or launch it now."""
        self.expect(command)
        launched, self._launched = self._launched, None
        if launched and not (self._wall.is_held() and launched.takes(command)):  # it has ended in the meantime
            self._discard(launched)
            launched = None
        return launched or self._launch(command)

    def _launch(self, command: Command, waiting: Waiting | None = None) -> Launched:
        launched = Launched(command, self._owner, waiting)
        try:
            with launched.standard() as standard:
                self._wall.start(launched.command, standard, launched.handover.theirs if launched.handover else ())
        except SandboxUnavailableError as error:
            message = f"{error} {launched.complaint()}".strip()
            launched.close()
            raise SandboxUnavailableError(message) from error
        return launched

    def _discard_launched(self) -> None:
        """End the command that was launched in advance, if there is one."""
        launched, self._launched = self._launched, None
        if launched:
            self._discard(launched)

    def _discard(self, launched: Launched) -> None:
        """End a command that was launched in advance for nothing."""
        self._wall.kill()
        self._spawner.answer()
        self._wall.bury()
        launched.close()

    def keep(self) -> Kept | None:
        """Return what is in the area's folders; see contract.Area."""
        return keeping.pack(self._spawner, self._root, self._reader)

    def restore(self, kept: Kept) -> None:
        """Make the area's folders what was kept; see contract.Area."""
        self._discard_launched()
        keeping.unpack(self._spawner, self._root, self._reader, kept)

    def collect(self, paths: tuple[str, ...]) -> Collected:
        """Return what the unprivileged reader finds; see contract.Area."""
        pipes = Pipes()
        stream = Output(artifacts.STREAM_BYTES)
        writing = pipes.open(stream)
        try:
            wanted = Wanted(list(paths), ARTIFACTS, ARTIFACT_BYTES, self._reader)
            self._spawner.request({"collect": asdict(wanted)}, (self._root, writing))
        finally:
            os.close(writing)
        pipes.drain_all()
        pipes.close()
        self._spawner.answer()
        return artifacts.parse(stream.bytes())
