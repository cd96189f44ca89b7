"""Following a job: what it prints is shown as it arrives, and how long it takes while it is silent."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import Any, Final, TextIO

from client.api import Api, ApiError

FIRST_LOOK: Final = 0.05
LOOK_GROWTH: Final = 1.3
LAST_LOOK: Final = 1.0  # as often as a running job's output is refreshed
ELAPSED_AFTER: Final = 2.0
PARTIAL_BYTES: Final = 65_500  # a running job shows the last 64 KiB: of longer output, what is new isn't known


class Stream:
    """Copies a growing text to a file, each part once."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._shown = ""

    def grow(self, text: str) -> bool:
        """Show what is new of an output so far; return whether there was anything."""
        whole = len(text.encode()) < PARTIAL_BYTES
        text = text.rstrip("\ufffd")  # perhaps half a character
        return whole and text.startswith(self._shown) and self.end(text)

    def end(self, text: str) -> bool:
        """Show what is new of the whole output."""
        new = text[len(self._shown) :] if text.startswith(self._shown) else text
        self._shown = text
        self._file.write(new)
        self._file.flush()
        return bool(new)


class Elapsed:
    """One line on a terminal that says how long it has been; nothing where errors go to a file."""

    def __init__(self, file: TextIO) -> None:
        self._file = file if file.isatty() else None
        self._start = time.monotonic()

    def show(self, status: str) -> None:
        """Write the line anew, once there is something to wait for."""
        seconds = time.monotonic() - self._start
        if self._file and seconds > ELAPSED_AFTER:
            self._file.write(f"\r\x1b[K{status}, {seconds:.0f} s (Ctrl-C cancels)")
            self._file.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._file:
            self._file.write("\r\x1b[K")
            self._file.flush()


def follow(api: Api, job_id: str) -> dict[str, Any]:
    """Show a job's output until it has ended; return its result. Ctrl-C cancels it."""
    stdout, stderr, elapsed = Stream(sys.stdout), Stream(sys.stderr), Elapsed(sys.stderr)
    try:
        result = _until_ended(api, job_id, stdout, stderr, elapsed)
    except KeyboardInterrupt:
        result = api.delete(f"/jobs/{job_id}")["result"]
    except BrokenPipeError:  # the program on this machine would have been killed by SIGPIPE
        with contextlib.suppress(ApiError):
            api.delete(f"/jobs/{job_id}")
        raise
    elapsed.clear()
    stdout.end(result["stdout"])
    stderr.end(result["stderr"])
    return result


def _until_ended(api: Api, job_id: str, stdout: Stream, stderr: Stream, elapsed: Elapsed) -> dict[str, Any]:
    pause = FIRST_LOOK
    while True:
        job = api.get(f"/jobs/{job_id}")
        if job["result"] is not None:
            result: dict[str, Any] = job["result"]
            return result
        partial = job.get("partial") or {"stdout": "", "stderr": ""}
        elapsed.clear()
        stdout.grow(partial["stdout"])
        stderr.grow(partial["stderr"])
        elapsed.show(job["status"])
        time.sleep(pause)
        pause = min(pause * LOOK_GROWTH, LAST_LOOK)
