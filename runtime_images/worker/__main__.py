"""`python -I -m runtime_images.worker`: the one process of a Fargate task. Serves its pool, then exits.

Beside Settings' variables: LANGUAGE and NETWORK_MODE name the pool, JOBS_PER_TASK (1) how many jobs this
container may run, IDLE_SECONDS (300) how long it waits for one, VCPU (1) what processors the task has.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Final

from aws_lambda_powertools import Logger

from functions.aws import compose
from functions.aws.tasks import UNFIT
from functions.core.job import NetworkMode
from functions.core.languages import catalog
from functions.core.pools import pool_name
from runtime_images.worker import task
from runtime_images.worker.sandbox.task import Task
from runtime_images.worker.worker import Worker

FILTERS: Final = Path("/app/filters")  # made when the image is built
IDLE_SECONDS: Final = 300
LINGER_SECONDS: Final = 60

logger = Logger(service="worker")


def main() -> int:
    """Serve. Where this container can't isolate programs, or lacks what a worker needs, say so and return UNFIT."""
    jobs = int(os.environ.get("JOBS_PER_TASK", "1"))
    try:
        worker = _worker(jobs)
    except Exception:
        logger.exception("no job runs here")
        _linger()
        return UNFIT

    def on_terminate(_signal: int, _frame: object) -> None:
        if not worker.terminate():
            sys.exit(0)

    signal.signal(signal.SIGTERM, on_terminate)
    worker.serve(jobs, float(os.environ.get("IDLE_SECONDS", IDLE_SECONDS)))
    return 0


def _worker(jobs: int) -> Worker:
    """Return the worker of this container, which has shown that it isolates programs. Raises whatever is wrong."""
    sandbox = Task(FILTERS, one_job=jobs == 1)
    sandbox.prepare()
    sandbox.check()
    language, network_mode = catalog()[os.environ["LANGUAGE"]], NetworkMode(os.environ["NETWORK_MODE"])
    return Worker(
        language=language,
        network_mode=network_mode,
        work=compose.work_queue(os.environ, pool_name(language.id, network_mode), task.name(os.environ)),
        sandbox=sandbox,
        vcpu=json.loads(os.environ.get("VCPU", "1")),
    )


def _linger() -> None:
    """Wait before the end, unless that is asked for: ECS replaces a service's task at once, at a minute's price."""
    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    asked.wait(LINGER_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
