"""One local worker process: what a Fargate task is in the cloud, for one pool."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from functions.aws import compose
from functions.core.job import NetworkMode
from functions.core.languages import catalog
from functions.core.pools import pool_name
from infra.local import sandboxes
from infra.local.toolchains import Toolchain
from infra.local.worker_process import die_with
from infra.rehearsal.slots import Slots, SlottedWorkQueue
from runtime_images.worker.sandbox import linux
from runtime_images.worker.worker import Worker


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a worker process is to do."""

    index: int  # unique among the processes alive: its sandboxed programs run under a user id of its own
    name: str  # in which it claims jobs: its task's id
    language: str
    network_mode: NetworkMode
    toolchain: Toolchain
    environment: Mapping[str, str]
    folder: Path  # of the service's temporary files
    slots: int
    jobs: float  # that it may run
    idle_seconds: float
    service: int  # its process id


def main(assignment: Assignment) -> None:
    """Serve a pool until all its jobs are done, idle for too long, terminated, or left alone by the service."""
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    sandbox = sandboxes.make(assignment.toolchain, assignment.index, assignment.folder, assignment.language)
    threading.Thread(target=die_with, args=(assignment.service,), name="service", daemon=True).start()
    os.environ.update(assignment.environment)
    pool = pool_name(assignment.language, assignment.network_mode)
    worker = Worker(
        language=catalog()[assignment.language],
        network_mode=assignment.network_mode,
        work=SlottedWorkQueue(
            compose.work_queue(os.environ, pool, assignment.name), Slots(assignment.folder, assignment.slots)
        ),
        sandbox=sandbox,
    )

    def on_terminate(_signal: int, _frame: object) -> None:
        if not worker.terminate():
            sys.exit(0)

    signal.signal(signal.SIGTERM, on_terminate)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the parent decides
    try:
        worker.serve(assignment.jobs, assignment.idle_seconds)
    finally:
        sandbox.close()
