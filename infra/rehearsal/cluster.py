"""ECS on this machine: moto's cluster keeps the tasks that RunTask asks for; the launcher makes them processes."""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from functions.aws import clients as aws
from functions.aws import tasks
from functions.core.job import NetworkMode
from functions.launch_worker.fleet import CONTAINER
from infra.rehearsal.moto_aws import ACCOUNT, PREFIX, REGION

if TYPE_CHECKING:
    from mypy_boto3_ecs import ECSClient

NAME: Final = PREFIX + "cluster"
_ARN: Final = f"arn:aws:ecs:{REGION}:{ACCOUNT}:"


def environment(idle_seconds: float) -> dict[str, str]:
    """Return the variables that lead launch_worker to the cluster."""
    nowhere = {"subnets": [], "security_groups": [], "public_ip": False}
    return {
        "CLUSTER": NAME,
        "TASK_FAMILY_PREFIX": PREFIX,
        "NETWORKS": json.dumps({mode.value: nowhere for mode in NetworkMode}),
        "IDLE_SECONDS": str(int(idle_seconds)),
    }


@dataclass(frozen=True, slots=True)
class Task:
    """One task as ECS knows it: its pool, and what its end's event will say of it."""

    pool: str
    group: str
    started_by: str
    idle_seconds: float
    arn: str = field(default_factory=lambda: f"{_ARN}task/{NAME}/{uuid.uuid4().hex}")

    @property
    def name(self) -> str:
        """The task's id, in whose name its worker claims jobs."""
        return tasks.task_id(self.arn)

    def stopped_event(self, exit_code: int) -> dict[str, Any]:
        """Return the event that EventBridge delivers when the task's process has ended, as ECS words it."""
        container = {"name": CONTAINER, "lastStatus": "STOPPED", "taskArn": self.arn, "exitCode": exit_code}
        detail = {
            "clusterArn": f"{_ARN}cluster/{NAME}",
            "containers": [container],
            "desiredStatus": "STOPPED",
            "group": self.group,
            "lastStatus": "STOPPED",
            "launchType": "FARGATE",
            "startedBy": self.started_by,
            "stopCode": "EssentialContainerExited",
            "stoppedReason": "Essential container in task exited",
            "taskArn": self.arn,
        }
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "ECS Task State Change",
            "source": "aws.ecs",
            "account": ACCOUNT,
            "region": REGION,
            "resources": [self.arn],
            "detail": detail,
        }


def service_task(pool: str) -> Task:
    """Return a task as the ECS service of a warm pool starts one: no call asks for it."""
    return Task(pool, group=f"service:{pool}", started_by="ecs-svc/local", idle_seconds=float("inf"))


class Cluster:
    """moto's cluster. It is made when it is first needed: moto's ECS takes a second to load."""

    def __init__(self, pools: list[str]) -> None:
        self._pools = pools
        self._made = False
        self._running: set[str] = set()  # ARNs of the tasks that were yielded and haven't ended

    @functools.cached_property
    def _client(self) -> ECSClient:
        return aws.ecs()

    def make(self) -> None:
        """Make the cluster and each pool's task definition; nothing the second time."""
        if self._made:
            return
        self._client.create_cluster(clusterName=NAME)
        for pool in self._pools:
            # Not awsvpc, as in the cloud: for its network interfaces moto would have to play EC2, too.
            container: Any = {"name": CONTAINER, "image": pool, "cpu": 256, "memory": 512}
            self._client.register_task_definition(
                family=PREFIX + pool, networkMode="bridge", containerDefinitions=[container]
            )
        self._made = True

    def new_tasks(self) -> Iterator[Task]:
        """Yield the tasks that RunTask has asked for since the last time."""
        if not self._made:
            return
        pages = self._client.get_paginator("list_tasks").paginate(cluster=NAME, desiredStatus="RUNNING")
        for page in pages:
            new = [arn for arn in page["taskArns"] if arn not in self._running]
            if not new:
                continue
            for each in self._client.describe_tasks(cluster=NAME, tasks=new)["tasks"]:
                self._running.add(each["taskArn"])
                yield _task(each)

    def stopped(self, task: Task) -> None:
        """Note that a task's process has ended."""
        if task.arn in self._running:
            self._client.stop_task(cluster=NAME, task=task.arn, reason="Essential container in task exited")
            self._running.discard(task.arn)


def _task(described: Any) -> Task:
    family = described["taskDefinitionArn"].rsplit("/", 1)[1].rsplit(":", 1)[0]
    [override] = described["overrides"]["containerOverrides"]
    variables = {each["name"]: each["value"] for each in override["environment"]}
    return Task(
        pool=family.removeprefix(PREFIX),
        group=described["group"],
        started_by=described["startedBy"],
        idle_seconds=float(variables["IDLE_SECONDS"]),
        arn=described["taskArn"],
    )
