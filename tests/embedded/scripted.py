"""Scripted workers: threads that speak a worker's side of the channel, and die when they are told to."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from functions.core.deliverer import Request
from functions.core.job import Result, Status
from functions.core.store import Claim
from functions.core.webhooks import Outcome
from functions.core.work import Message
from functions.embedded.channel import Channel
from functions.embedded.mark import Mark
from functions.embedded.work import DismissedError, SocketWorkQueue

Script = Callable[["ScriptedWorker"], None]


def no_post(request: Request) -> Outcome:
    """The sender of an engine whose jobs have no webhooks."""
    raise AssertionError(request.url)


class ScriptedWorker:
    """What the dispatcher takes for a process. Its script has `work`, and what it needs for one job after another."""

    def __init__(self, index: int, name: str, pool: str, connection: socket.socket, script: Script) -> None:
        self.pool = pool
        self.index = index
        self.terminated = threading.Event()
        self._ended = os.eventfd(0, os.EFD_CLOEXEC)
        self._connection = connection.dup()
        _, [descriptor], _, _ = socket.recv_fds(self._connection, 8, 1)
        self._mark = descriptor
        self.work = SocketWorkQueue(name, Channel(self._connection), Mark(descriptor))
        self._thread = threading.Thread(target=self._run, args=(script,), daemon=True)
        self._thread.start()

    def _run(self, script: Script) -> None:
        try:
            script(self)
        except (DismissedError, OSError):
            pass
        finally:
            self._connection.close()
            os.eventfd_write(self._ended, 1)

    @property
    def sentinel(self) -> int:
        return self._ended

    def terminate(self) -> None:
        self.terminated.set()
        with suppress(OSError):  # it has ended
            self._connection.shutdown(socket.SHUT_RDWR)

    def kill(self) -> None:
        self.terminate()

    def join(self, timeout: float | None = None) -> None:
        self._thread.join(timeout)

    # What scripts use

    def take(self) -> tuple[Message, Claim]:
        """Wait for a job and claim it."""
        while True:
            message = self.work.receive(5)
            if message:
                claim = self.work.claim(message)
                assert claim
                return message, claim

    def end(self, message: Message, claim: Claim, stdout: str = "") -> None:
        """End a job well."""
        self.work.finish(message, claim, Status.COMPLETED, result_of(claim, stdout), young=True)


def result_of(claim: Claim, stdout: str) -> dict[str, Any]:
    return Result(
        success=True,
        stdout=stdout,
        stderr="",
        exit_code=0,
        error=None,
        language=claim.job.language,
        job_id=claim.job.job_id,
        status=Status.COMPLETED,
        execution_mode="pooled",
        network_mode=claim.job.network_mode,
        total_time_ms=1,
    ).wire()


def echo(worker: ScriptedWorker) -> None:
    """End each job with its code as its output."""
    while True:
        message, claim = worker.take()
        worker.work.mark_started(claim)
        worker.end(message, claim, claim.submission.code)


@dataclass(slots=True)
class Staff:
    """Starts scripted workers: the first of `scripts`, then the next, and the last again and again."""

    scripts: list[Script] = field(default_factory=lambda: [echo])
    started: list[ScriptedWorker] = field(default_factory=list)

    def __call__(self, index: int, name: str, pool: str, connection: socket.socket) -> ScriptedWorker:
        script = self.scripts[min(len(self.started), len(self.scripts) - 1)]
        worker = ScriptedWorker(index, name, pool, connection, script)
        self.started.append(worker)
        return worker
