"""Events: what happens to a job, told one by one, from any point on.

Offsets are bytes of a stream as the Result has it: in UTF-8, what wasn't UTF-8 replaced. What is told while the job
runs is the beginning of what its Result says, as long as its worker lives to write one.
"""

from __future__ import annotations

import codecs
import json
import re
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, Protocol, Self

from functions.core.job import ACTIVE, Job, Status

STREAMS: Final = ("stdout", "stderr")
PART_BYTES: Final = 8 * 1024  # of output, in one event
KEEP_SECONDS: Final = 15.0  # of silence, until the line needs a sign of life
FORM: Final = re.compile(r"([0-9]{1,8})-([0-9]{1,8})-(pending|running|new|end)")
NEW: Final = "new"
END: Final = "end"


@dataclass(frozen=True, slots=True)
class Position:
    """What was told already: so many bytes of each stream, and the status; an event's id says it."""

    stdout: int = 0
    stderr: int = 0
    status: str = NEW

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an event's id. Raises ValueError for what is none."""
        match = FORM.fullmatch(text)
        if match is None:
            raise ValueError(text)
        return cls(int(match[1]), int(match[2]), match[3])

    def __str__(self) -> str:
        return f"{self.stdout}-{self.stderr}-{self.status}"

    def offset(self, stream: str) -> int:
        """Return how much of a stream was told."""
        return self.stdout if stream == "stdout" else self.stderr

    def after(self, stream: str, size: int) -> Position:
        """Return the position when so much more of a stream has been told."""
        if stream == "stdout":
            return replace(self, stdout=self.stdout + size)
        return replace(self, stderr=self.stderr + size)


class Event(NamedTuple):
    """Something that happened, and the position after it."""

    name: str
    data: str  # JSON
    position: Position

    def frame(self) -> bytes:
        """Return it as `text/event-stream` has it; JSON has no line breaks."""
        return f"id: {self.position}\nevent: {self.name}\ndata: {self.data}\n\n".encode()


class Feed(Protocol):
    """What one follower is told of one job. To be closed. All but `close` raise StorageError."""

    @property
    def job_id(self) -> str:
        """The job's id."""

    async def status(self) -> Status:
        """Return the job's status now; from the first call on its output is passed on as it comes."""

    async def part(self, stream: str, position: Position) -> bytes:
        """Return at most PART_BYTES of a running job's stream from there on, perhaps cut within a character."""

    async def wait(self, seconds: float) -> bool:
        """Wait until there may be more than at the last `status`, at most so long; False where one may not wait.

        Too many others wait then, or the service is being stopped.
        """

    async def result(self) -> Mapping[str, Any] | None:
        """Return the result of a job that has ended."""

    async def close(self) -> None:
        """Let go of the job."""


class Feeds(Protocol):
    """Where feeds come from."""

    def open(self, job: Job, most: int) -> Feed:
        """Return a feed of a job, in an event loop. Where its followers are costly, its owner has at most `most`."""


async def running(feed: Feed, position: Position) -> AsyncGenerator[Event | None, None]:
    """Yield what happens from a position on until the job has ended or one may not wait for more; None after silence.

    What an ended job's output was is left to its result.
    """
    told_at = time.monotonic()
    while True:
        status = await feed.status()  # before the output: what an ended job had written by then is passed on
        if status in ACTIVE and status != position.status:
            position, told_at = replace(position, status=str(status)), time.monotonic()
            yield Event("status", encode({"status": status, "job_id": feed.job_id}), position)
        async for event in _output(feed, position):
            position, told_at = event.position, time.monotonic()
            yield event
        if status not in ACTIVE or not await feed.wait(max(told_at + KEEP_SECONDS - time.monotonic(), 0)):
            return
        if time.monotonic() - told_at >= KEEP_SECONDS:
            yield None
            told_at = time.monotonic()


async def _output(feed: Feed, position: Position) -> AsyncGenerator[Event, None]:
    """Yield what both streams have by now, a part of each in turn."""
    told = True
    while told:
        told = False
        for stream in STREAMS:
            part = whole_characters(await feed.part(stream, position))
            if part:
                event = output(stream, part, position)
                position, told = event.position, True
                yield event


def ended(result: Mapping[str, Any], position: Position) -> list[Event]:
    """Return what is left to tell of a job that has ended with this result."""
    events: list[Event] = []
    for stream in STREAMS:
        left = str(result[stream]).encode()[position.offset(stream) :]
        while left:
            part = whole_characters(left[:PART_BYTES]) or left[:1]
            events.append(output(stream, part, position))
            position, left = events[-1].position, left[len(part) :]
    return [*events, Event("result", encode(result), replace(position, status=END))]


def output(stream: str, part: bytes, position: Position) -> Event:
    """Return the event of a part of a stream."""
    data = {"offset": position.offset(stream), "text": part.decode("utf-8", "replace")}
    return Event(stream, encode(data), position.after(stream, len(part)))


def whole_characters(part: bytes) -> bytes:
    """Return UTF-8 less the beginning of a character that it ends with."""
    _, used = codecs.utf_8_decode(part, "replace", False)
    return part[:used]


def encode(data: Mapping[str, Any]) -> str:
    """Return JSON in one line."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
