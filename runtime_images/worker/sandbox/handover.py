"""The hand-over of a job to a program that was started before the job was there, and waits in a hook of its own.

Two pipes, made for one program and one job. By `here` the program says, with one byte, that it waits; by `go` it gets
what is new in the job, and then the end of the pipe. It closes both before it goes on. What it gets is words, each
ended by a NUL: the number of arguments, the arguments, and for each variable that changes NAME=VALUE or, where it is
to be taken away, NAME. A pipe that ends without a word brings no job: the program ends.
"""

from __future__ import annotations

import fcntl
import os
import select
from collections.abc import Iterator, Mapping
from contextlib import suppress
from fnmatch import fnmatchcase
from itertools import chain
from typing import Final

from functions.core.languages import Waiting
from functions.core.limits import ARGS_BYTES, ENV_BYTES
from runtime_images.worker.sandbox.contract import Command
from runtime_images.worker.sandbox.policy import policy

PIPE_BYTES: Final = 2 * (ARGS_BYTES + ENV_BYTES)  # so that no job's words have to wait for their reader
ARRIVE_SECONDS: Final = 20.0  # from the moment when a job is there


class Handover:
    """The worker's ends of the pipes, and the program's until it has been started."""

    def __init__(self, started: Command, waiting: Waiting, owner: int) -> None:
        """Make the pipes of a command that is started to wait; they are `owner`'s, as its standard streams are."""
        self._started = started
        self._waiting = waiting
        self._arrived: bool | None = None
        go, self._go = os.pipe2(os.O_CLOEXEC)
        self._here, here = os.pipe2(os.O_CLOEXEC)
        for theirs in (go, here):
            os.fchown(theirs, owner, owner)
        with suppress(PermissionError):  # many pipes of an ordinary user: what doesn't fit then starts cold
            fcntl.fcntl(self._go, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        os.set_blocking(self._go, False)
        self.theirs: tuple[int, ...] = (go, here)

    def close_theirs(self) -> None:
        """Let only the program have its ends."""
        for descriptor in self.theirs:
            os.close(descriptor)
        self.theirs = ()

    @property
    def command(self) -> Command:
        """What is to be started: the job's command line, and the variables that lead to the hook."""
        started = self._started
        return Command(started.argv, {**started.env, **self._waiting.env}, started.timeout)

    def fits(self, command: Command) -> bool:
        """Whether the program can become this command: arguments may follow, variables differ that it hasn't read."""
        ours = self._started.argv
        if command.argv[: len(ours)] != ours:
            return False
        cold = (*policy().waiting.cold, *self._waiting.cold, *self._waiting.env)
        changed = {name for name, _ in _difference(self._started.env, command.env)}
        if any(fnmatchcase(name, pattern) for name in changed for pattern in cold):
            return False
        return len(self._words(command)) <= fcntl.fcntl(self._go, fcntl.F_GETPIPE_SZ)

    def arrived(self, seconds: float = ARRIVE_SECONDS) -> bool:
        """Wait until the program says that it waits; False when it has ended instead, or takes too long."""
        if self._arrived is None:
            poll = select.poll()
            poll.register(self._here, select.POLLIN)
            self._arrived = bool(poll.poll(seconds * 1000)) and os.read(self._here, 1) != b""
        return self._arrived

    def give(self, command: Command) -> bool:
        """Give the program its job, which it takes over at its release; False when it isn't there any more."""
        try:
            os.write(self._go, self._words(command))
        except BrokenPipeError:
            return False
        return True

    def release(self) -> None:
        """Let the program go on."""
        os.close(self._go)
        self._go = -1

    def _words(self, command: Command) -> bytes:
        arguments = command.argv[len(self._started.argv) :]
        changes = _difference(self.command.env, command.env)
        words = chain((str(len(arguments)),), arguments, (f"{name}{value}" for name, value in changes))
        return b"".join(word.encode() + b"\0" for word in words)

    def close(self) -> None:
        """Close our ends."""
        self.close_theirs()
        os.close(self._here)
        if self._go >= 0:
            os.close(self._go)


def _difference(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each variable that differs, with `=` and its new value, or with nothing where it has none."""
    yield from ((name, "") for name in old if name not in new)
    yield from ((name, f"={value}") for name, value in new.items() if old.get(name) != value)
