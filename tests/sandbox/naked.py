"""A backend without a single wall, to show that the hostile programs bite: here they report a breach.

It's what a careless service would do: the program runs as the supervisor's user with its environment in a
shared folder, gets killed alone, and its files are read by their paths. Only ever run inside a container.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

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

SHARED = Path("/tmp")  # noqa: S108


class NakedArea:
    """The contract's Area, kept as carelessly as can be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def expect(self, command: Command) -> None:
        """Nothing was made ready for another."""

    def write(self, name: str, content: bytes) -> None:
        """Write through whatever is there."""
        (self._folder / name).write_bytes(content)

    def write_input(self, name: str, content: bytes) -> None:
        """Write to both places."""
        (SHARED / "input").mkdir(exist_ok=True)
        (SHARED / "input" / name).write_bytes(content)
        self.write(name, content)

    def run(
        self,
        command: Command,
        stdout: Output,
        stderr: Output,
        stop: Stop,  # noqa: ARG002
        started: Callable[[], None] | None = None,
    ) -> Completed:
        """Run it as ourselves, and kill no more than it."""
        start = time.monotonic()
        try:
            process = self._start(command)
        except OSError:
            return Completed(End.EXITED, 127, 0, 0, 0)
        assert process.stdout and process.stderr
        for pipe, output in ((process.stdout, stdout), (process.stderr, stderr)):
            threading.Thread(target=_drain, args=(pipe, output), daemon=True).start()
        if started:
            started()
        try:
            code = process.wait(min(command.timeout, 3))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return Completed(End.TIMEOUT, -1, 0, 0, 0)
        time.sleep(0.2)
        wall_ms = int((time.monotonic() - start) * 1000)
        return Completed(End.EXITED, code if code >= 0 else 128 - code, wall_ms, 0, 0)

    def _start(self, command: Command) -> subprocess.Popen[bytes]:
        """Hand over the supervisor's environment and descriptors."""
        return subprocess.Popen(
            command.argv,
            cwd=self._folder,
            env=dict(os.environ) | {"HOME": str(self._folder)} | dict(command.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            close_fds=False,
        )

    def keep(self) -> Kept | None:
        """Keep nothing: what is there stays there."""
        return None

    def restore(self, kept: Kept) -> None:
        """What was there is there."""

    def collect(self, paths: tuple[str, ...]) -> Collected:
        """Read whatever the names lead to."""
        found = [self._folder / path for path in paths] + sorted((SHARED / "artifacts").glob("*"))
        files = []
        for path in found:
            with suppress(OSError):
                if path.is_file():
                    content = path.read_bytes()
                    files.append(CollectedFile(path.name, path.name, content, hashlib.sha256(content).hexdigest()))
        return Collected(files)


def _drain(pipe: IO[bytes], output: Output) -> None:
    """Feed everything that comes to `output`."""
    while data := os.read(pipe.fileno(), 65536):
        output.feed(data)


class NakedSandbox:
    """The contract's Sandbox, which isn't one."""

    name = "naked"

    def check(self) -> None:
        """Say that all is well."""

    def anticipate(
        self, limits: SandboxLimits, network: NetworkMode, command: Command, waiting: Waiting | None = None
    ) -> None:
        """Get nothing ready."""

    def let_wait(self) -> None:
        """Nothing waits."""

    def forget(self) -> None:
        """There is nothing to forget."""

    @contextmanager
    def open(self, limits: SandboxLimits, network: NetworkMode) -> Iterator[NakedArea]:  # noqa: ARG002
        """Give the same folder to every job."""
        folder = SHARED / "work"
        folder.mkdir(exist_ok=True)
        yield NakedArea(folder)
        with suppress(OSError):
            for path in folder.iterdir():
                path.unlink()
