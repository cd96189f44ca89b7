"""The killer: now and then a program, a worker or the whole service dies, and the service is started again."""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import LocalService, start_service
from tests.local import processes

PAUSE_SECONDS = (0.1, 1.0)
KINDS = ("worker", "worker", "process of a sandbox", "worker stopped for a while")  # as often as they are named
SERVICE_SECONDS = (5, 12)  # between the deaths of a whole service


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def largest(service: int) -> dict[str, int]:
    """Return the MiB that the largest process of each of our kinds has; programs are their customers' own."""
    workers = processes.workers(service)
    kinds = {
        "service": {service},
        "worker": workers,
        "spawner": {pid for worker in workers for pid in processes.children(worker)},
        "fork server": processes.children(service),
    }
    return {
        kind: max((processes.resident_kb([pid]) for pid in pids), default=0) // 1024 for kind, pids in kinds.items()
    }


@dataclass(slots=True)
class Killer:
    """Has the service, and kills it and its parts."""

    state: Path
    options: tuple[str, ...]
    rehearsal: bool
    dice: random.Random
    deaths: Counter[str] = field(default_factory=Counter)
    memory: list[dict[str, int]] = field(
        default_factory=list
    )  # MiB of the largest process of a kind, again and again
    over: threading.Event = field(default_factory=threading.Event)
    seen: set[str] = field(default_factory=set)  # identities of the service's processes, as far as they were met
    _service: LocalService | None = None

    def start(self) -> LocalService:
        """Start the service."""
        temporary = {"TMPDIR": str(self.state.parent)}
        self._service = start_service(self.state, *self.options, rehearsal=self.rehearsal, **temporary)
        return self._service

    def run(self) -> None:
        """Kill, until it is over; then the service runs."""
        next_service = time.monotonic() + self.dice.uniform(*SERVICE_SECONDS)
        while not self.over.wait(self.dice.uniform(*PAUSE_SECONDS)):
            assert self._service
            self.seen |= processes.identities(processes.tree(self._service.process.pid))
            self.memory.append(largest(self._service.process.pid))
            if not self.rehearsal and time.monotonic() > next_service:
                self._kill_service()
                next_service = time.monotonic() + self.dice.uniform(*SERVICE_SECONDS)
            else:
                self._kill_part()

    def _kill_service(self) -> None:
        """Kill the service alone, or with all that it has started; start it again."""
        assert self._service
        pids = processes.tree(self._service.process.pid)
        kind = self.dice.choice(["service", "service with all its processes"])
        for pid in sorted(pids) if kind != "service" else [self._service.process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._service.stop(signal.SIGKILL)
        self.deaths[kind] += 1
        self.start()

    def _kill_part(self) -> None:
        assert self._service
        workers = sorted(processes.workers(self._service.process.pid))
        if not workers:
            return
        worker = self.dice.choice(workers)
        programs = sorted(processes.tree(worker) - {worker})
        kind = self.dice.choice(KINDS)
        with suppress(ProcessLookupError):
            if kind == "process of a sandbox" and programs:
                os.kill(self.dice.choice(programs), signal.SIGKILL)
            elif kind == "worker":
                os.kill(worker, signal.SIGKILL)
            else:
                os.kill(worker, signal.SIGSTOP)
                time.sleep(self.dice.uniform(0, 1))
                os.kill(worker, signal.SIGCONT)
            self.deaths[kind] += 1

    def end(self) -> None:
        """End the service, and give its processes a moment to go."""
        assert self._service
        self.seen |= processes.identities(processes.tree(self._service.process.pid))
        self._service.stop()
        deadline = time.monotonic() + 5
        while processes.still_there(self.seen) and time.monotonic() < deadline:
            time.sleep(0.05)
