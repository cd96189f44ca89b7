"""A program that has been started: its input, its output streams, and the command it was started for."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from functions.core.languages import Waiting
from runtime_images.worker.sandbox.contract import Command, Output
from runtime_images.worker.sandbox.feeder import Feeder
from runtime_images.worker.sandbox.handover import Handover
from runtime_images.worker.sandbox.process import Pipes

MESSAGE_BYTES: Final = 500
SEALS: Final = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


class Launched:
    """Made before the program; what it is given and where its output goes may be told later."""

    def __init__(self, command: Command, owner: int, waiting: Waiting | None = None) -> None:
        """Make what a command will have as its standard streams; they are `owner`'s, as on any machine.

        With `waiting` it is one that waits by itself.
        """
        self._command = command
        self.handover = Handover(command, waiting, owner) if waiting else None
        self.goes = False  # whether it was let go on to where it waits by itself
        self.feeder: Feeder | None = None
        if command.more:
            self._stdin, writing = os.pipe2(os.O_CLOEXEC)
            os.fchown(self._stdin, owner, owner)
            self.feeder = Feeder(command.more, writing)
        else:
            self._stdin = os.memfd_create("stdin", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        self._complaint = Output(MESSAGE_BYTES)
        self.pipes = Pipes()
        self._writing = [self.pipes.open(self._complaint, owner) for _ in ("stdout", "stderr")]

    @contextmanager
    def standard(self) -> Iterator[tuple[int, int, int]]:
        """Lend the program's ends of its descriptors 0, 1 and 2; afterwards only the program has them."""
        stdout, stderr = self._writing
        try:
            yield self._stdin, stdout, stderr
        finally:
            for descriptor in self._writing:
                os.close(descriptor)
            if self.feeder:
                os.close(self._stdin)
            if self.handover:
                self.handover.close_theirs()

    @property
    def command(self) -> Command:
        """What is to be started."""
        return self.handover.command if self.handover else self._command

    def fits(self, command: Command) -> bool:
        """Whether what was started is this command, its input and its time aside, or can become it."""
        if command.more:  # what was started has a file for its input
            return False
        if self.handover:
            return self.handover.fits(command)
        return (self._command.argv, self._command.env) == (command.argv, command.env)

    def takes(self, command: Command) -> bool:
        """Give a program that waits its job, to be taken over at its release; False when it doesn't take it."""
        return self.handover is None or self.handover.give(command)

    def give(self, stdin: bytes, stdout: Output, stderr: Output) -> None:
        """Fill the program's input, for it to read and never to write, and say where its output goes."""
        self.pipes.redirect((stdout, stderr))
        if self.feeder:
            return
        written = 0
        while written < len(stdin):  # at its offset, which the program shares, nothing moves
            written += os.pwrite(self._stdin, stdin[written:], written)
        fcntl.fcntl(self._stdin, fcntl.F_ADD_SEALS, SEALS)

    def complaint(self) -> str:
        """Return what was written by a program that never began."""
        self.pipes.drain_all()
        return self._complaint.bytes().decode("utf-8", "replace")

    def close(self) -> None:
        """Free the descriptors."""
        if self.handover:
            self.handover.close()
        if self.feeder:
            self.feeder.close()
        else:
            os.close(self._stdin)
        self.pipes.close()
