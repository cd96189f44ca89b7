"""Running one program to its end: its output drained, its time and memory watched, whatever it does."""

from __future__ import annotations

import json
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from runtime_images.worker.sandbox import memory, spawner
from runtime_images.worker.sandbox.contract import Completed, End, Output, SandboxLostError, Stop
from runtime_images.worker.sandbox.feeder import Feeder

CHUNK_BYTES: Final = 1 << 18
WATCH_SECONDS: Final = 0.02  # between looks at the memory, at most
FASTEST_KB: Final = 16 << 20  # a second, that a program can come nearer to its limit
REST: Final = 4  # times as long as a look took it is left at, whatever the program does
AFTER_KILL_SECONDS: Final = 5.0  # by then the kernel has ended what was killed
CLOSE_SECONDS: Final = 0.2  # between signals to a spawner that is to end
NO_VARIABLES: Final[Mapping[str, str]] = {}

Usage = tuple[int, int]  # CPU milliseconds, and the peak resident KiB of one process


class SpawnerLostError(SandboxLostError):
    """The spawner is gone; the worker can't go on."""


class Spawner:
    """The worker's end of its spawner process. One request at a time."""

    def __init__(self, user: int | None = None) -> None:
        """Start it; `user` is whom it becomes, for a worker that is root."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, spawner.MESSAGE_BYTES)
        isolated = ["-I"] if sys.flags.isolated else []
        self._process = subprocess.Popen(
            [sys.executable, *isolated, "-m", spawner.__name__, *([] if user is None else [str(user)])],
            stdin=theirs.fileno(),
            cwd=Path(__file__).parents[3],
            env=NO_VARIABLES,
            process_group=0,  # one that is stopped when its worker ends is continued by the kernel, and ends
        )
        theirs.close()
        self._socket = ours
        self._owed = 0

    @property
    def pid(self) -> int:
        """The spawner's process id."""
        return self._process.pid

    def fileno(self) -> int:
        """Return the descriptor that is readable when an answer is there."""
        return self._socket.fileno()

    def request(self, message: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Send a request, to be answered by `answer`: twice for a program to start, unless there is an error.

        Raises SpawnerLostError; also when an answer wasn't waited for: the next would be taken for another's.
        """
        if self._owed:
            reason = "an earlier program's end was not waited for"
            raise SpawnerLostError(reason)
        self._owed = 2 if "argv" in message else 1
        try:
            socket.send_fds(self._socket, [json.dumps(message).encode()], list(descriptors))
        except OSError as error:
            raise SpawnerLostError(str(error)) from error

    def require(self) -> None:
        """Raise SpawnerLostError if the spawner is gone, and with it whatever it started."""
        if self._process.poll() is not None:
            message = "the spawner ended"
            raise SpawnerLostError(message)

    def has_answered(self) -> bool:
        """Whether an answer is there: of a program that was started, its end."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))

    def await_end(self) -> None:
        """Wait until the process has ended, and leave it to others to bury."""
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)

    def answer(self) -> dict[str, Any]:
        """Wait for the next answer. Raises SpawnerLostError."""
        try:
            data = self._socket.recv(spawner.MESSAGE_BYTES)
        except ConnectionError:
            data = b""
        if not data:
            message = "the spawner ended"
            raise SpawnerLostError(message)
        answer: dict[str, Any] = json.loads(data)
        self._owed = 0 if "error" in answer else self._owed - 1
        return answer

    def close(self) -> None:
        """End the spawner process, and with it all that it has started."""
        self._socket.close()  # which it sees while it waits for a request
        while self._process.poll() is None:
            # Heard while it waits for a program; again, for one that comes just before it waits is lost on Python.
            self._process.send_signal(signal.SIGCONT)  # should it be stopped
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(CLOSE_SECONDS)


@dataclass(slots=True)
class Watch:
    """What ends a program from outside: the clock, the customer, and its memory."""

    deadline: float  # of time.monotonic()
    stop: Stop
    memory_kb: int
    pids: Callable[[], Iterable[int]]
    kill: Callable[[], None]
    ended_by: End = End.EXITED
    before_ms: float = 0.0  # the CPU that was used until the program was let run
    spent: Usage = (0, 0)  # when it was killed: the kernel doesn't add up what dies all at once
    _next_look: float = field(init=False)

    def __post_init__(self) -> None:
        self._next_look = time.monotonic() + min(WATCH_SECONDS, self.memory_kb / FASTEST_KB)

    def check(self) -> None:
        """Kill the program if it is to end; only once."""
        if self.ended_by is not End.EXITED:
            return
        now = time.monotonic()
        if self.stop.requested:
            self.ended_by = End.CANCELLED
        elif now >= self.deadline:
            self.ended_by = End.TIMEOUT
        elif now >= self._next_look:
            left = self.memory_kb - memory.used_kb(self.pids(), self.memory_kb)
            if left < 0:
                self.ended_by = End.MEMORY
            after = time.monotonic()
            self._next_look = after + min(WATCH_SECONDS, max(left / FASTEST_KB, REST * (after - now)))
        if self.ended_by is not End.EXITED:
            self.spent = memory.spent(self.pids())
            self.kill()

    def pause(self) -> float:
        """Return how long to sleep at most before the next check."""
        now = time.monotonic()
        return max(0.0, min(self.deadline, self._next_look) - now)


@dataclass(slots=True)
class Pipes:
    """A program's output streams: the ends it writes and the ends that are drained."""

    _readers: dict[int, Output] = field(default_factory=dict)

    def open(self, output: Output, owner: int = -1) -> int:
        """Make a pipe into `output` and return the end to write; `owner` may open it by a name, as /dev/stdout is."""
        reading, writing = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(reading, False)
        os.fchown(writing, owner, owner)
        self._readers[reading] = output
        return writing

    def redirect(self, outputs: Sequence[Output]) -> None:
        """Have the streams go into these outputs, in the order in which they were opened."""
        self._readers = dict(zip(self._readers, outputs, strict=True))

    def drain(self, descriptor: int) -> bool:
        """Move what is there into its output; False when the stream has ended."""
        try:
            data = os.read(descriptor, CHUNK_BYTES)
        except BlockingIOError:
            return True
        self._readers[descriptor].feed(data)
        return bool(data)

    def drain_all(self) -> None:
        """Drain every stream to its end, waiting for it."""
        for descriptor in self._readers:
            os.set_blocking(descriptor, True)
            while self.drain(descriptor):
                pass

    def readers(self) -> tuple[int, ...]:
        """Return the ends to drain."""
        return tuple(self._readers)

    def close(self) -> None:
        """Close the ends to drain."""
        for descriptor in self._readers:
            os.close(descriptor)
        self._readers.clear()


def supervise(
    pipes: Pipes, running: Spawner, watch: Watch, bury: Callable[[], Usage], feeder: Feeder | None = None
) -> dict[str, Any]:
    """Drain, feed and watch a program until it and its streams have ended; return the spawner's report of its end.

    `bury` is called once the program itself has ended: it kills what that left behind, so that the streams end,
    and what that had used is added to the report.
    Raises TimeoutError when a killed program doesn't go away.
    """
    report: dict[str, Any] | None = None
    streams = set(pipes.readers())
    give_up = float("inf")
    with selectors.DefaultSelector() as selector:
        sources: list[int | Spawner | Stop] = [*streams, running, watch.stop]
        for source in sources:
            selector.register(source, selectors.EVENT_READ)
        if feeder:
            feeder.begin(selector)
        while report is None or streams:
            if report is None and not running.has_answered():  # a worker that was held up finds out late, but rightly
                watch.check()
            if report is not None or watch.ended_by is not End.EXITED:
                give_up = min(give_up, time.monotonic() + AFTER_KILL_SECONDS)
            if time.monotonic() > give_up:
                message = "a killed program did not end"
                raise TimeoutError(message)
            for key, _ in selector.select(watch.pause() if report is None else AFTER_KILL_SECONDS):
                if feeder and key.data is feeder:
                    feeder.go_on()
                    continue
                if key.fileobj is running:
                    report = running.answer()
                    (cpu_ms, memory_kb), more = report["usage"], bury()
                    report["usage"] = (cpu_ms + more[0], max(memory_kb, more[1]))
                elif key.fd in streams and pipes.drain(key.fd):
                    continue
                streams.discard(key.fd)
                selector.unregister(key.fileobj)
    return report


def completed(report: Mapping[str, Any], watch: Watch, wall_seconds: float, *, waited: bool) -> Completed:
    """Return the Completed of a spawner's report."""
    status: int = report["status"]
    exit_code = status if status >= 0 else 128 - status
    if watch.ended_by in (End.TIMEOUT, End.CANCELLED):
        exit_code = -1
    elif watch.ended_by is End.MEMORY:
        exit_code = 137
    cpu_ms, max_memory_kb = map(max, zip(report["usage"], watch.spent, strict=True))
    cpu_ms = max(round(cpu_ms - watch.before_ms), 0)
    return Completed(watch.ended_by, exit_code, round(wall_seconds * 1000), cpu_ms, max_memory_kb, waited=waited)
