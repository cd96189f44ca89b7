"""The local launcher: makes ECS's tasks worker processes, tells of their ends, and stops them all at the end."""

from __future__ import annotations

import math
import multiprocessing
import os
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from multiprocessing import connection, forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final

from functions.core.job import NetworkMode
from functions.task_stopped import app as task_stopped
from infra.local.toolchains import Toolchain
from infra.rehearsal import cluster, worker_process
from infra.rehearsal.account import Places
from infra.rehearsal.cluster import Cluster, Task
from infra.rehearsal.worker_process import Assignment

CHECK_SECONDS: Final = 1.0  # between looks at what ECS wants and whether the warm pools have all their workers
GRACE_SECONDS: Final = 0.7  # between SIGTERM and SIGKILL


def prepare() -> None:
    """Start the process that workers fork from, with everything imported."""
    forkserver.set_forkserver_preload([worker_process.__name__])
    forkserver.ensure_running()


@dataclass(frozen=True, slots=True)
class Room:
    """What this machine gives to tasks."""

    workers: int  # of a pool, alive at once; further tasks wait until one has ended
    jobs_per_task: float = math.inf
    start_seconds: float = 0  # how much longer than need be a launched task takes to start


@dataclass(slots=True)
class Launcher:
    """Runs the cluster's tasks, and those of the warm pools' services, as processes forked from one."""

    room: Room
    toolchains: Mapping[str, Toolchain]
    environment: Mapping[str, str]
    folder: Path
    cluster: Cluster
    warm_pools: Iterable[str]
    functions: Places
    _processes: dict[int, tuple[Task, ForkServerProcess]] = field(default_factory=dict)
    _waiting: list[tuple[float, Task]] = field(default_factory=list)  # with when each may start, the eldest first
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _news: int = field(default_factory=lambda: os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK))
    _stopped: bool = False

    def run(self) -> None:
        """Start, watch and replace workers, the warm pools' from the first, until `stop`."""
        next_look = 0.0
        while not self._stopped:
            with self._lock:
                self._reap()
                self._start_waiting()
                if time.monotonic() >= next_look:  # one that dies at once is not replaced at once
                    self._serve_warm_pools()
                    next_look = time.monotonic() + CHECK_SECONDS
            self._await_news()

    def look(self) -> None:
        """Have `run` look at once for what RunTask asked for."""
        os.eventfd_write(self._news, 1)

    def wants(self, pool: str) -> bool:
        """Whether one more task of the pool is of use: not if all that it may have are here, to serve any number."""
        with self._lock:
            return self.room.jobs_per_task < math.inf or self._alive(pool) < self.room.workers

    def _await_news(self) -> None:
        sentinels = [process.sentinel for _, process in self._processes.values()]
        if self._news in connection.wait([*sentinels, self._news], CHECK_SECONDS):
            os.eventfd_read(self._news)

    def _reap(self) -> None:
        """Forget the processes that have ended, and let task_stopped know, as EventBridge would."""
        for index, (task, process) in list(self._processes.items()):
            if process.is_alive():
                continue
            process.join()
            del self._processes[index]
            self.cluster.stopped(task)
            event = task.stopped_event(_container_exit_code(process.exitcode or 0))
            threading.Thread(target=self._tell_task_stopped, args=(event,), name="task_stopped", daemon=True).start()

    def _tell_task_stopped(self, event: dict[str, Any]) -> None:
        with self.functions.one(wait=True):
            task_stopped.handler(event)

    def _start_waiting(self) -> None:
        """Start the tasks that are due and for which there is room."""
        now = time.monotonic()
        self._waiting += [(now + self.room.start_seconds, task) for task in self.cluster.new_tasks()]
        for entry in list(self._waiting):
            due, task = entry
            if due <= now and self._alive(task.pool) < self.room.workers:
                self._waiting.remove(entry)
                self._start(task)

    def _serve_warm_pools(self) -> None:
        for pool in self.warm_pools:
            for _ in range(self.room.workers - self._alive(pool)):
                self._start(cluster.service_task(pool))

    def _alive(self, pool: str) -> int:
        return sum(1 for task, process in self._processes.values() if task.pool == pool and process.is_alive())

    def _start(self, task: Task) -> None:
        if self._stopped:
            return
        language, mode = task.pool.rsplit("-", 1)
        index = next(number for number in range(len(self._processes) + 1) if number not in self._processes)
        assignment = Assignment(
            index=index,
            name=task.name,
            language=language,
            network_mode=NetworkMode(mode),
            toolchain=self.toolchains[language],
            environment=self.environment,
            folder=self.folder,
            slots=self.room.workers,
            jobs=self.room.jobs_per_task,
            idle_seconds=task.idle_seconds,
            service=os.getpid(),
        )
        context = multiprocessing.get_context("forkserver")
        process = context.Process(target=worker_process.main, args=(assignment,), name=f"worker {task.pool}")
        process.start()
        self._processes[index] = (task, process)

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


def _container_exit_code(exit_code: int) -> int:
    """Return a container's exit code for a process's: one that a signal N ended has 128+N."""
    return 128 - exit_code if exit_code < 0 else exit_code
