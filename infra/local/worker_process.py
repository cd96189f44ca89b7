"""One local worker process: what a Fargate task is in the cloud, for one pool."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from functions.core import aws
from functions.core.files import FileStore
from functions.core.job import NetworkMode
from functions.core.languages import catalog
from functions.core.queue import JobQueue
from functions.core.settings import Settings
from functions.core.store import JobStore
from infra.local import sandboxes
from infra.local.slots import Slots
from infra.local.toolchains import Toolchain
from runtime_images.worker.sandbox import linux
from runtime_images.worker.worker import Worker


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a worker process is to do."""

    index: int  # unique among the processes alive: its sandboxed programs run under a user id of its own
    language: str
    network_mode: NetworkMode
    toolchain: Toolchain
    environment: Mapping[str, str]
    folder: Path  # of the service's temporary files
    slots: int
    idle_seconds: float
    parent: int


def main(assignment: Assignment) -> None:
    """Serve a pool until idle for too long, terminated, or left alone by the parent."""
    _die_with_parent(assignment.parent)
    sandbox = sandboxes.make(assignment.toolchain, assignment.index, assignment.folder)
    os.environ.update(assignment.environment)
    settings = Settings.from_environment(os.environ)
    files = FileStore(aws.s3(), settings.bucket)
    worker = Worker(
        language=catalog()[assignment.language],
        network_mode=assignment.network_mode,
        store=JobStore(aws.dynamodb(), settings.jobs_table, files),
        queue=JobQueue(aws.sqs(), settings.queue_url_prefix),
        files=files,
        sandbox=sandbox,
        admission=Slots(assignment.folder, assignment.slots).take,
    )

    def on_terminate(_signal: int, _frame: object) -> None:
        if not worker.terminate():
            sys.exit(0)

    signal.signal(signal.SIGTERM, on_terminate)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the parent decides
    try:
        worker.serve(jobs=float("inf"), idle_seconds=assignment.idle_seconds)
    finally:
        sandbox.close()


def _die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the one that forked it is gone."""
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1 and parent != 1:
        sys.exit(0)  # it was gone before the kernel was asked
