"""Fargate for tests: moto's cluster with a pool's task definition, and the events that ECS sends about its tasks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import boto3

from functions.aws import clients as aws

CLUSTER = "code-execution"
PREFIX = "code-execution-"
SUBNET_RANGE = "10.0.0.0/24"


@contextmanager
def fargate(pool: str) -> Iterator[None]:
    """Give the cloud of the moment a cluster, and the environment in which launch_worker's handler finds it."""
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=SUBNET_RANGE)["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="workers", Description="workers", VpcId=vpc)["GroupId"]
    cluster = aws.ecs().create_cluster(clusterName=CLUSTER)["cluster"]["clusterArn"]
    aws.ecs().register_task_definition(
        family=PREFIX + pool,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "worker", "image": "image", "essential": True, "cpu": 256, "memory": 512}],
    )
    network = {"subnets": [subnet], "security_groups": [group], "public_ip": False}
    environment = {
        "CLUSTER": cluster,
        "TASK_FAMILY_PREFIX": PREFIX,
        "NETWORKS": json.dumps({"zerotrust": network, "semitrusted": {**network, "public_ip": True}}),
        "IDLE_SECONDS": "240",
    }
    with mock.patch.dict(os.environ, environment):
        yield


def tasks() -> list[dict[str, Any]]:
    """Return the tasks that were started."""
    client = aws.ecs()
    arns = client.list_tasks(cluster=CLUSTER)["taskArns"]
    return list(client.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]) if arns else []  # type: ignore[arg-type]


def launch_event(*bodies: str) -> dict[str, Any]:
    """Return what Lambda calls launch_worker with: a batch of the launch queue's messages."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "receipt",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:code-execution-launch",
                "awsRegion": "us-east-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def stopped_event(
    task: str, job_id: str, *, exit_code: int | None, attempt: int | None = 0, beside: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    """Return what EventBridge calls task_stopped with: a Fargate task's end; a service's task has no attempt.

    `beside` are containers that AWS added to the task.
    """
    container: dict[str, Any] = {"name": "worker", "lastStatus": "STOPPED", "taskArn": f"arn:aws:ecs:::task/{task}"}
    if exit_code is not None:
        container["exitCode"] = exit_code
    return {
        "version": "0",
        "id": "3317b2af-7005-947d-b652-f55e762e571a",
        "detail-type": "ECS Task State Change",
        "source": "aws.ecs",
        "account": "123456789012",
        "time": "2026-11-23T12:00:00Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:ecs:us-east-1:123456789012:task/{CLUSTER}/{task}"],
        "detail": {
            "clusterArn": f"arn:aws:ecs:us-east-1:123456789012:cluster/{CLUSTER}",
            "containers": [*beside, container],
            "desiredStatus": "STOPPED",
            "group": "service:python-zerotrust" if attempt is None else f"launch:{attempt}",
            "lastStatus": "STOPPED",
            "launchType": "FARGATE",
            "overrides": {"containerOverrides": [{"name": "worker"}]},
            "startedBy": "ecs-svc/7043182936287463" if attempt is None else job_id,
            "stopCode": "EssentialContainerExited" if exit_code is not None else "TaskFailedToStart",
            "stoppedReason": "Essential container in task exited",
            "taskArn": f"arn:aws:ecs:us-east-1:123456789012:task/{CLUSTER}/{task}",
            "version": 5,
        },
    }
