"""A sandbox for the worker's own tests that runs no program: each command does what the test scripted.

What real programs do in the real sandboxes is tested in tests/sandbox and, over HTTP, in tests/conformance.
"""

from __future__ import annotations

import hashlib
import os
import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from functions.core.job import NetworkMode
from functions.core.languages import Waiting
from functions.core.limits import SandboxLimits
from runtime_images.worker.sandbox.contract import (
    Collected,
    CollectedFile,
    Command,
    Completed,
    End,
    Kept,
    Output,
    Stop,
)

EXITED = Completed(End.EXITED, 0, wall_ms=5, cpu_ms=4, max_memory_kb=1000)


@dataclass
class Script:
    """What one command prints and how it ends; `waits` keeps it running until it is stopped."""

    stdout: bytes = b""
    stderr: bytes = b""
    completed: Completed = EXITED
    waits: bool = False
    raises: Exception | None = None
    during: Callable[[], object] | None = None


@dataclass
class ScriptedSandbox:
    """Plays its scripts in order, and records what it was asked."""

    scripts: list[Script]
    files: list[CollectedFile] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    written: dict[str, bytes] = field(default_factory=dict)
    inputs: dict[str, bytes] = field(default_factory=dict)
    collected: tuple[str, ...] | None = None
    name: str = "scripted"
    opened: int = 0
    kept: int = 0
    restored: int = 0
    too_much: bool = False

    def check(self) -> None:
        """It always works."""

    def anticipate(
        self, limits: SandboxLimits, network: NetworkMode, command: Command, waiting: Waiting | None = None
    ) -> None:
        """There is nothing to get ready."""

    def let_wait(self) -> None:
        """Nothing waits."""

    def forget(self) -> None:
        """There is nothing to forget."""

    @contextmanager
    def open(self, limits: SandboxLimits, network: NetworkMode) -> Iterator[ScriptedSandbox]:  # noqa: ARG002
        self.opened += 1
        yield self

    def expect(self, command: Command) -> None:
        """Nothing was made ready for another."""

    def write(self, name: str, content: bytes) -> None:
        self.written[name] = content

    def write_input(self, name: str, content: bytes) -> None:
        self.inputs[name] = content

    def run(
        self, command: Command, stdout: Output, stderr: Output, stop: Stop, started: Callable[[], None] | None = None
    ) -> Completed:
        self.commands.append(command)
        script = self.scripts.pop(0)
        if script.raises:
            raise script.raises
        if started:
            started()
        stdout.feed(script.stdout)
        stderr.feed(script.stderr)
        if script.during:
            script.during()
        if script.waits:
            readable, _, _ = select.select([stop], [], [], 10)
            assert readable, "nobody stopped the command"
            return Completed(End.CANCELLED, -1, wall_ms=100, cpu_ms=4, max_memory_kb=1000)
        return script.completed

    def keep(self) -> Kept | None:
        """Keep the files that there are, unless they are said to be too much."""
        self.kept += 1
        return None if self.too_much else Kept(os.memfd_create("kept"))

    def restore(self, kept: Kept) -> None:
        os.fstat(kept.fileno())  # it is still there
        self.restored += 1

    def collect(self, paths: tuple[str, ...]) -> Collected:
        self.collected = paths
        return Collected(self.files)


def collected(filename: str, content: bytes) -> CollectedFile:
    return CollectedFile(filename, filename, content, hashlib.sha256(content).hexdigest())
