"""The local launcher: starts worker processes for pools, as ECS starts tasks, and stops them all at the end."""

from __future__ import annotations

import math
import multiprocessing
import os
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

from aws_lambda_powertools import Logger

from functions.core.job import NetworkMode, Status
from functions.core.queue import JobQueue
from functions.core.store import JobStore
from infra.local import worker_process
from infra.local.toolchains import Toolchain
from infra.local.worker_process import Assignment

IDLE_SECONDS: Final = 120.0  # a pool that isn't warm loses its workers after so long without a job
CHECK_SECONDS: Final = 1.0  # between looks at whether the warm pools have all their workers
GRACE_SECONDS: Final = 0.7  # between SIGTERM and SIGKILL

logger = Logger(service="launcher")


def prepare() -> None:
    """Start the process that workers fork from, with everything imported."""
    forkserver.set_forkserver_preload([worker_process.__name__])
    forkserver.ensure_running()


@dataclass(slots=True)
class Launcher:
    """Keeps up to `workers` processes a pool. The processes fork from one that has imported everything."""

    workers: int
    toolchains: Mapping[str, Toolchain]
    environment: Mapping[str, str]
    folder: Path
    queue: JobQueue
    store: JobStore
    _warm: tuple[str, ...] = ()
    _processes: dict[int, tuple[str, ForkServerProcess]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: bool = False

    def warm(self, pools: Iterable[str]) -> None:
        """Start all workers of these pools; they stay."""
        self._warm = tuple(pools)
        for pool in self._warm:
            for _ in range(self.workers):
                self._start(pool, math.inf)

    def keep_warm(self) -> None:
        """Replace the warm pools' workers that died, for ever."""
        while not self._stopped:
            time.sleep(CHECK_SECONDS)
            self.warm(self._warm)

    def serve_launch_requests(self) -> None:
        """Start a worker for each requested launch whose job is still pending, for ever."""
        while not self._stopped:
            for message in self.queue.receive_launches():
                job = self.store.get(message.request.job_id)
                if job and job.status is Status.PENDING:
                    self._start(message.request.pool, IDLE_SECONDS)
                self.queue.delete_launch(message.receipt)

    def _start(self, pool: str, idle_seconds: float) -> None:
        """Start one more worker for a pool, unless it has all it may have."""
        language, mode = pool.rsplit("-", 1)
        with self._lock:
            self._forget_dead()
            running = sum(1 for name, _ in self._processes.values() if name == pool)
            if self._stopped or running >= self.workers:
                return
            index = next(number for number in range(len(self._processes) + 1) if number not in self._processes)
            assignment = Assignment(
                index=index,
                language=language,
                network_mode=NetworkMode(mode),
                toolchain=self.toolchains[language],
                environment=self.environment,
                folder=self.folder,
                slots=self.workers,
                idle_seconds=idle_seconds,
                service=os.getpid(),
            )
            context = multiprocessing.get_context("forkserver")
            process = context.Process(target=worker_process.main, args=(assignment,), name=f"worker {pool}")
            process.start()
            self._processes[index] = (pool, process)

    def _forget_dead(self) -> None:
        for index, (pool, process) in list(self._processes.items()):
            if not process.is_alive():
                process.join()
                if process.exitcode:
                    logger.error("a worker died", pool=pool, exit_code=process.exitcode)
                del self._processes[index]

    def stop(self) -> None:
        """End every worker: those that run a job get a moment to end it honestly."""
        with self._lock:
            self._stopped = True
            processes = [process for _, process in self._processes.values()]
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in processes:
            process.join(max(deadline - time.monotonic(), 0))
            if process.is_alive():
                process.kill()
                process.join()
