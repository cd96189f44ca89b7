"""Fargate tasks as both of their ends know them: what launch_worker says of one, its end's event brings back."""

from __future__ import annotations

from typing import Final

CONTAINER: Final = "worker"  # of a task; AWS may put others beside it, such as GuardDuty's agent
_LAUNCHED: Final = "launch:"  # + the attempt; a service's tasks have a group of ECS's own making


def task_id(arn: str) -> str:
    """Return a task's id, the last part of its ARN: its worker claims jobs in this name."""
    return arn.rsplit("/", 1)[-1]


def group(attempt: int) -> str:
    """Return the group that a task launched for a job is put in."""
    return f"{_LAUNCHED}{attempt}"


def attempt_of(task_group: str) -> int | None:
    """Return which attempt for its job a task was, by its group; None for a task that no job was launched for."""
    return int(task_group.removeprefix(_LAUNCHED)) if task_group.startswith(_LAUNCHED) else None
