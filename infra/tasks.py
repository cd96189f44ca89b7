"""A pool's task definition: a worker in a Fargate microVM, with as little as its sandbox needs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Final

from aws_cdk import Aws
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs

from functions.aws import tasks
from functions.core.languages import Language
from functions.core.limits import SandboxLimits
from infra import fargate
from infra.packaging import ROOT
from infra.settings import Deployment

STOP_SECONDS: Final = 30  # between SIGTERM and SIGKILL: a running job is ended, and told, within it
WARM_IDLE_SECONDS: Final = 86_400  # a hot pool's workers wait for a job, and are renewed daily without one
POLICY: Final = ROOT / "runtime_images/worker/sandbox/policy.toml"

# What a container runtime gives a root process by default. Fargate adds none, but drops what it is told to.
DEFAULT_CAPABILITIES: Final = (
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
    "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
)  # fmt: skip


def supervisor_capabilities() -> list[str]:
    """Return the capabilities that the sandbox's policy leaves to the supervisor."""
    wanted: list[str] = tomllib.loads(POLICY.read_text("utf-8"))["supervisor"]["capabilities"]
    unknown = set(wanted) - set(DEFAULT_CAPABILITIES)
    if unknown:
        message = f"Fargate gives a container no {', '.join(sorted(unknown))}; see {POLICY}"
        raise ValueError(message)
    return wanted


def container(
    deployment: Deployment,
    language: Language,
    image: str,
    environment: Mapping[str, str],
    log_group: logs.ILogGroup,
) -> ecs.CfnTaskDefinition.ContainerDefinitionProperty:
    """Return the one container of a pool's task."""
    definition = ecs.CfnTaskDefinition
    dropped = sorted(set(DEFAULT_CAPABILITIES) - set(supervisor_capabilities()))
    return definition.ContainerDefinitionProperty(
        name=tasks.CONTAINER,
        image=image,
        essential=True,
        readonly_root_filesystem=True,
        privileged=False,
        user="0",
        stop_timeout=STOP_SECONDS,
        environment=[
            definition.KeyValuePairProperty(name=name, value=value) for name, value in sorted(environment.items())
        ],
        linux_parameters=definition.LinuxParametersProperty(
            capabilities=definition.KernelCapabilitiesProperty(drop=dropped),
            tmpfs=[
                _tmpfs("/work", language.limits, "mode=700", deployment),
                _tmpfs("/tmp", language.limits, "mode=1777", deployment),  # noqa: S108
            ],
        ),
        log_configuration=definition.LogConfigurationProperty(
            log_driver="awslogs",
            options={
                "awslogs-group": log_group.log_group_name,
                "awslogs-region": Aws.REGION,
                "awslogs-stream-prefix": language.id,
                "mode": "non-blocking",  # a job doesn't wait for its worker's log
                "max-buffer-size": "4m",
            },
        ),
    )


def _tmpfs(
    path: str, limits: SandboxLimits, mode: str, deployment: Deployment
) -> ecs.CfnTaskDefinition.TmpfsProperty:
    """Return a file system in memory; without `exec` among its options compiled programs could not run.

    Where a task runs one job, the files that it can make harm itself alone: no limit of them is asked for, which
    Fargate might refuse.
    """
    options = ["exec", "nosuid", "nodev", mode]
    if deployment.jobs_per_task > 1:
        options.append(f"nr_inodes={limits.inodes}")
    return ecs.CfnTaskDefinition.TmpfsProperty(container_path=path, size=limits.work_mb, mount_options=options)


def worker_environment(
    deployment: Deployment, settings: Mapping[str, str], language: Language, mode: str, cpu: int, *, hot: bool
) -> dict[str, str]:
    """Return a worker's variables: no secret is among them."""
    return {
        **settings,
        "LANGUAGE": language.id,
        "NETWORK_MODE": mode,
        "JOBS_PER_TASK": str(deployment.jobs_per_task),
        **deployment.reuse_environment,
        "VCPU": f"{cpu / fargate.VCPU:g}",
        "IDLE_SECONDS": str(WARM_IDLE_SECONDS if hot else deployment.idle_seconds),
        "AWS_DEFAULT_REGION": Aws.REGION,
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",  # the account's own names are unknown to the DNS firewall
    }
