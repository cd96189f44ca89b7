"""Following a job: what it prints is shown as it arrives, and how long it takes while it is silent."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterable
from typing import Any, Final, TextIO

from client import events
from client.api import Api, ApiError
from client.elapsed import Elapsed
from client.events import Event

FIRST_LOOK: Final = 0.05
LOOK_GROWTH: Final = 1.3
LAST_LOOK: Final = 1.0  # as often as a running job's output is refreshed
PARTIAL_BYTES: Final = 65_500  # a running job shows the last 64 KiB: of longer output, what is new isn't known


class Stream:
    """Copies a growing text to a file, each part once."""

    def __init__(self, file: TextIO, elapsed: Elapsed) -> None:
        self._file = file
        self._elapsed = elapsed
        self._shown = ""

    def add(self, text: str) -> None:
        """Show what comes next."""
        self._shown += text
        self._elapsed.write(self._file, text)

    def grow(self, text: str) -> bool:
        """Show what is new of an output so far; return whether there was anything."""
        whole = len(text.encode()) < PARTIAL_BYTES
        text = text.rstrip("\ufffd")  # perhaps half a character
        return whole and text.startswith(self._shown) and self.end(text)

    def end(self, text: str) -> bool:
        """Show what is new of the whole output; of a job whose worker was lost, that may be its end alone."""
        if text in self._shown:
            return False
        self._elapsed.write(self._file, text.removeprefix(self._shown))
        self._shown = text
        return True


def follow(api: Api, job_id: str) -> dict[str, Any]:
    """Show a job's output until it has ended; return its result. Ctrl-C cancels it."""
    with Elapsed(sys.stderr) as elapsed:
        streams = {"stdout": Stream(sys.stdout, elapsed), "stderr": Stream(sys.stderr, elapsed)}
        try:
            happening = events.of_job(api, job_id)
            if happening is None:
                result = _by_polling(api, job_id, streams, elapsed)
            else:
                result = _by_events(happening, streams, elapsed)
        except KeyboardInterrupt:
            result = api.delete(f"/jobs/{job_id}")["result"]
        except BrokenPipeError:  # the program on this machine would have been killed by SIGPIPE
            with contextlib.suppress(ApiError):
                api.delete(f"/jobs/{job_id}")
            raise
        for name, stream in streams.items():
            stream.end(result[name])
    return result


def _by_events(happening: Iterable[Event], streams: dict[str, Stream], elapsed: Elapsed) -> dict[str, Any]:
    for event in happening:
        if event.name in streams:
            streams[event.name].add(event.data["text"])
        elif event.name == "status":
            elapsed.status(event.data["status"])
        elif event.name == "result":
            return event.data
    raise AssertionError  # the result is the last


def _by_polling(api: Api, job_id: str, streams: dict[str, Stream], elapsed: Elapsed) -> dict[str, Any]:
    """Follow a job on a service that has no events."""
    pause = FIRST_LOOK
    while True:
        job = api.get(f"/jobs/{job_id}")
        if job["result"] is not None:
            result: dict[str, Any] = job["result"]
            return result
        elapsed.status(job["status"])
        for name, text in (job.get("partial") or {}).items():
            streams[name].grow(text)
        time.sleep(pause)
        pause = min(pause * LOOK_GROWTH, LAST_LOOK)
