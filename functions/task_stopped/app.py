"""EventBridge's handler for tasks that stopped: a task that died leaves no job behind.

The job that it was started for and hadn't taken gets another worker, a few times; the job that it had taken is ended
at once, for its program may have run. A task that ended by itself, as each does after its last job, left none.
"""

from __future__ import annotations

import os
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import clients, tasks
from functions.aws.compose import Aws
from functions.aws.jobs import DynamoJobStore
from functions.aws.queue import LaunchRequest, SqsJobQueue
from functions.aws.settings import Settings
from functions.core.job import Job, Status
from functions.core.pools import pool_name
from functions.core.service import unfinished_result
from functions.core.store import ActiveJob, JobStore
from functions.task_stopped.unfit import UnfitWorkers

ATTEMPTS: Final = 3  # workers that may die before they take a job
FIRST_DELAY_SECONDS: Final = 5

logger = Logger(service="task_stopped")


def handler(event: dict[str, Any], _context: LambdaContext | None = None) -> None:
    """See to the jobs of the task that an `ECS Task State Change` event says has stopped."""
    task = event["detail"]
    if task.get("lastStatus") != "STOPPED" or _ended_well(task):
        return
    reason = task.get("stoppedReason", "no reason given")
    logger.error("a worker died", task=task["taskArn"], stop_code=task.get("stopCode"), reason=reason)
    settings = Settings.from_environment(os.environ)
    aws = Aws.from_settings(settings)
    worker, attempt = tasks.task_id(task["taskArn"]), tasks.attempt_of(task.get("group", ""))
    for active in aws.store.scan_active():
        if active.job.status is Status.PENDING:
            if attempt is not None and active.job.job_id == task["startedBy"]:
                _launch_again(aws.store, aws.queue, active.job, attempt + 1)
        elif active.worker == worker:
            _end_taken(aws.store, active)
    pool = tasks.service_of(task.get("group", ""))
    if pool is not None and tasks.UNFIT in _exit_codes(task):
        unfit = UnfitWorkers(aws.dynamodb, settings.jobs_table, clients.ecs(), os.environ["CLUSTER"])
        if unfit.note(pool, worker):
            logger.error(tasks.POOL_STOPPED, pool=pool, reason="its workers can run no job; their log says why")


def _ended_well(task: dict[str, Any]) -> bool:
    """Whether a task's worker exited by itself and said that all was well.

    Containers that AWS put beside it, as GuardDuty's runtime monitoring does, are killed when the worker has ended.
    """
    return _exit_codes(task) == [0]


def _exit_codes(task: dict[str, Any]) -> list[int | None]:
    """Return the exit code of a task's worker; None is one that never started or was lost."""
    return [each.get("exitCode") for each in task.get("containers", []) if each.get("name") == tasks.CONTAINER]


def _end_taken(store: DynamoJobStore, taken: ActiveJob) -> None:
    """End the job that a dead worker had; its lease would find it too, seconds later."""
    if taken.lease_until_ms is not None:
        error = "platform: the worker died while it had the job"
        logger.warning("its job is ended", **taken.job.in_logs())
        store.expire(taken.job.job_id, taken.lease_until_ms, _lost(store.with_output(taken.job), error))


def _launch_again(store: JobStore, queue: SqsJobQueue, job: Job, attempt: int) -> None:
    """Ask for another worker for a job that is still pending; after enough of them, end it."""
    if attempt >= ATTEMPTS:
        error = f"platform: {attempt} workers in turn died before they took the job"
        logger.warning("a job is given up", **job.in_logs())
        store.give_up(job.job_id, _lost(job, error))
        return
    pool = pool_name(job.language, job.network_mode)
    request = LaunchRequest(job.job_id, pool, attempt, request_id=job.request_id)
    queue.request_launch(request, FIRST_DELAY_SECONDS * attempt)


def _lost(job: Job, error: str) -> dict[str, Any]:
    return unfinished_result(job, Status.COMPLETED, error)
