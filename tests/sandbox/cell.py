"""A cell: a supervisor with a backend, on a ground of its own, that tests give jobs to."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from runtime_images.worker.sandbox.contract import SandboxUnavailableError
from tests.sandbox import endpoint
from tests.sandbox.program import LIMITS

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 30.0
ANSWER_SECONDS = 10.0  # beyond the commands' own
UNSHARE = ("unshare", "--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child=SIGKILL")
AS_USER = ("--user", "--map-current-user", "--keep-caps")


class CellLostError(AssertionError):
    """The supervisor died or went silent: what no program may bring about."""


class Cell:
    """A running driver (driver.py). Not for use by two threads at once."""

    def __init__(self, arguments: list[str], canary_file: str, tools: Path) -> None:
        """Start it. `arguments` are ground.py's; `canary_file` is what no program may read; `tools` what all may."""
        flags = () if os.geteuid() == 0 else AS_USER
        self.canaries = {
            "CANARY_PORT": str(endpoint.PORT),
            "CANARY_FILE": canary_file,
            "CANARY_ABSTRACT": endpoint.ABSTRACT,
        }
        self._process = subprocess.Popen(
            [*UNSHARE, *flags, sys.executable, "-m", "tests.sandbox.ground", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=REPOSITORY,
            env=dict(os.environ) | {"CELL_TOOLS": str(tools)},
        )
        try:
            self._read(START_SECONDS)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether the supervisor still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the supervisor and everything in its cell."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def job(
        self,
        commands: list[dict[str, Any]],
        files: dict[str, bytes],
        *,
        inputs: dict[str, bytes] | None = None,
        limits: dict[str, int] | None = None,
        collect: list[str] | None = None,
        network: str = "zerotrust",
        ahead: dict[str, Any] | None = None,
        runs: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Run one job and return the driver's answer; `ahead`: the command that is made ready beforehand.

        `runs` are commands that come after the others, each in an area of its own with the files that those left.
        Its `waiting`, if it has that, are the fields of a language's Waiting.

        Raises CellLostError when there is none in time, SandboxUnavailableError when the backend does.
        """
        request = {
            "commands": commands,
            "files": {name: base64.b64encode(content).decode() for name, content in files.items()},
            "inputs": {name: base64.b64encode(content).decode() for name, content in (inputs or {}).items()},
            "limits": LIMITS if limits is None else limits,
            "collect": collect or [],
            "network": network,
            "ahead": ahead,
            "runs": runs or [],
        }
        self._write(request)
        answer = self._read(sum(command["timeout"] for command in (*commands, *(runs or ()))) + ANSWER_SECONDS)
        if "unavailable" in answer:
            raise SandboxUnavailableError(answer["unavailable"])
        for stream in ("stdout", "stderr"):
            answer[stream] = base64.b64decode(answer[stream])
        return answer

    def bench(self, runs: int) -> dict[str, float]:
        """Return what the backend costs; see tests/benchmarks/backend.py."""
        self._write({"bench": runs})
        return self._read(60)

    def _write(self, request: dict[str, Any]) -> None:
        """Send a request to the driver. Raises CellLostError."""
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise CellLostError("the supervisor is dead") from error

    def _read(self, seconds: float) -> dict[str, Any]:
        """Return the next line of the driver's; it sends one only when it is asked."""
        assert self._process.stdout
        descriptor = self._process.stdout.fileno()
        parts: list[bytes] = []
        while not parts or b"\n" not in parts[-1]:
            ready, _, _ = select.select([descriptor], [], [], seconds)
            data = os.read(descriptor, 1 << 20) if ready else b""
            if not data:
                self._process.kill()
                raise CellLostError("the supervisor is silent" if not ready else "the supervisor died")
            parts.append(data)
        return cast(dict[str, Any], json.loads(b"".join(parts)))
