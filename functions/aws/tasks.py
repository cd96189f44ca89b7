"""Fargate tasks as both of their ends know them: what launch_worker says of one, its end's event brings back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_ecs import ECSClient

CONTAINER: Final = "worker"  # of a task; AWS may put others beside it, such as GuardDuty's agent
UNFIT: Final = 78  # exit code of a worker that can run no job where it is, and had none (sysexits.h: EX_CONFIG)
POOL_STOPPED: Final = "pool_stopped"  # the log's message of a pool that was scaled to nothing; an alarm looks for it

_SERVICE: Final = "service:"  # + its name, which is its pool's
_LAUNCHED: Final = "launch:"  # + the attempt; a service's tasks have a group of ECS's own making


def task_id(arn: str) -> str:
    """Return a task's id, the last part of its ARN: its worker claims jobs in this name."""
    return arn.rsplit("/", 1)[-1]


def lives(client: ECSClient, cluster: str, worker: str) -> bool:
    """Return whether the task that a worker is named after runs; False also where ECS doesn't say."""
    try:
        found = client.describe_tasks(cluster=cluster, tasks=[worker])["tasks"]
    except (ClientError, BotoCoreError):
        return False
    return any(task.get("lastStatus") == "RUNNING" for task in found)


def group(attempt: int) -> str:
    """Return the group that a task launched for a job is put in."""
    return f"{_LAUNCHED}{attempt}"


def service_of(task_group: str) -> str | None:
    """Return the pool whose service a task belonged to, by its group; None for a task that was launched."""
    return task_group.removeprefix(_SERVICE) if task_group.startswith(_SERVICE) else None


def attempt_of(task_group: str) -> int | None:
    """Return which attempt for its job a task was, by its group; None for a task that no job was launched for."""
    return int(task_group.removeprefix(_LAUNCHED)) if task_group.startswith(_LAUNCHED) else None
