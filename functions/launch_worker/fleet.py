"""Fleet: the Fargate tasks that run jobs. One task definition a pool, one network a mode."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from functions.aws import tasks
from functions.aws.queue import LaunchRequest
from functions.core.job import NetworkMode

if TYPE_CHECKING:
    from mypy_boto3_ecs import ECSClient

CONTAINER: Final = tasks.CONTAINER


class NoCapacityError(Exception):
    """Fargate didn't start a task; the message is its reason."""


@dataclass(frozen=True, slots=True)
class Network:
    """Where a mode's tasks run."""

    subnets: list[str]
    security_groups: list[str]
    public_ip: bool


@dataclass(frozen=True, slots=True)
class Fleet:
    """A cluster, and how its tasks are started."""

    client: ECSClient
    cluster: str
    family_prefix: str
    networks: Mapping[NetworkMode, Network]
    idle_seconds: str

    @classmethod
    def from_environment(cls, client: ECSClient, environment: Mapping[str, str]) -> Self:
        """Read CLUSTER, TASK_FAMILY_PREFIX, NETWORKS (JSON: mode to Network) and IDLE_SECONDS. Raises KeyError."""
        networks = json.loads(environment["NETWORKS"])
        return cls(
            client=client,
            cluster=environment["CLUSTER"],
            family_prefix=environment["TASK_FAMILY_PREFIX"],
            networks={NetworkMode(mode): Network(**network) for mode, network in networks.items()},
            idle_seconds=environment["IDLE_SECONDS"],
        )

    def launch(self, request: LaunchRequest) -> None:
        """Start one task of the job's pool; the same request again starts none. Raises NoCapacityError."""
        network = self.networks[NetworkMode(request.pool.rsplit("-", 1)[1])]
        try:
            response = self.client.run_task(
                cluster=self.cluster,
                taskDefinition=self.family_prefix + request.pool,
                launchType="FARGATE",
                networkConfiguration=_network_configuration(network),
                clientToken=request.token,
                startedBy=request.job_id,
                group=tasks.group(request.attempt),
                overrides={
                    "containerOverrides": [
                        {"name": CONTAINER, "environment": [{"name": "IDLE_SECONDS", "value": self.idle_seconds}]}
                    ]
                },
            )
        except self.client.exceptions.ConflictException:
            return  # this token's task was started from an older task definition
        for failure in response.get("failures", []):
            raise NoCapacityError(f"{failure.get('reason')}: {failure.get('detail', '')}".rstrip(": "))


def _network_configuration(network: Network) -> Any:
    return {
        "awsvpcConfiguration": {
            "subnets": network.subnets,
            "securityGroups": network.security_groups,
            "assignPublicIp": "ENABLED" if network.public_ip else "DISABLED",
        }
    }
