"""The task definitions: what a worker is given, and what is taken from it."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from functions.core.languages import catalog
from functions.core.limits import SandboxLimits
from infra import fargate
from infra.packaging import ROOT
from tests.infra.assembly import Assembly, flat

VARIABLES = {
    "JOBS_TABLE", "KEYS_TABLE", "BUCKET", "QUEUE_URL_PREFIX", "SYNC_WAIT_SECONDS", "LANGUAGE", "NETWORK_MODE",
    "JOBS_PER_TASK", "VCPU", "IDLE_SECONDS", "AWS_DEFAULT_REGION", "AWS_ACCOUNT_ID_ENDPOINT_MODE",
}  # fmt: skip
# Docker's default, which Fargate takes over: github.com/moby/profiles, capabilities. Fargate adds SYS_PTRACE at most.
DOCKER = {
    "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP",
    "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE",
}  # fmt: skip


def containers(assembly: Assembly) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    found = []
    for task in assembly.properties("AWS::ECS::TaskDefinition").values():
        [container] = task["ContainerDefinitions"]
        found.append((task, container))
    assert found
    return found


def test_the_container_has_what_the_sandbox_needs_and_no_more(assembly: Assembly) -> None:
    policy = tomllib.loads((ROOT / "runtime_images/worker/sandbox/policy.toml").read_text())
    for task, container in containers(assembly):
        linux = container["LinuxParameters"]
        assert container["ReadonlyRootFilesystem"] is True
        assert container["Privileged"] is False
        assert "Add" not in linux["Capabilities"]
        assert DOCKER - set(linux["Capabilities"]["Drop"]) == set(policy["supervisor"]["capabilities"])
        assert (container["Name"], container["User"], container["Essential"]) == ("worker", "0", True)
        assert "Volumes" not in task
        assert "PortMappings" not in container
        assert "Devices" not in linux
        assert task["NetworkMode"] == "awsvpc"
        assert task["RequiresCompatibilities"] == ["FARGATE"]


def test_file_systems_in_memory_are_limited(assembly: Assembly) -> None:
    """Files are counted only where another job comes after the first: it's an option that Fargate might refuse."""
    for task, container in containers(assembly):
        one_job = variables(container)["JOBS_PER_TASK"] == "1"
        limits = catalog()[variables(container)["LANGUAGE"]].limits
        mounted = {each["ContainerPath"]: each for each in container["LinuxParameters"]["Tmpfs"]}
        assert set(mounted) == {"/work", "/tmp"}  # noqa: S108
        for each in mounted.values():
            assert each["Size"] == limits.work_mb
            assert {"exec", "nosuid", "nodev"} < set(each["MountOptions"])
            inodes = {option for option in each["MountOptions"] if option.startswith("nr_inodes")}
            assert inodes == (set() if one_job else {f"nr_inodes={limits.inodes}"})
        assert "mode=700" in mounted["/work"]["MountOptions"]
        assert int(task["Memory"]) >= limits.memory_mb + 2 * limits.work_mb + 128


def variables(container: dict[str, Any]) -> dict[str, Any]:
    return {each["Name"]: each["Value"] for each in container["Environment"]}


def test_variables_hold_no_secret(assembly: Assembly) -> None:
    for task, container in containers(assembly):
        found = variables(container)
        assert set(found) - {"REUSE", "KEPT_SECONDS"} == VARIABLES
        assert "Secrets" not in container
        assert "MasterSecret" not in flat(found)
        assert flat(task["Family"]).endswith(f"{found['LANGUAGE']}-{found['NETWORK_MODE']}")


def test_a_worker_knows_its_processors(assembly: Assembly) -> None:
    for task, container in containers(assembly):
        assert float(variables(container)["VCPU"]) * 1024 == int(task["Cpu"])


def test_functions_hold_no_secret(assembly: Assembly) -> None:
    for name, function in assembly.properties("AWS::Lambda::Function").items():
        found = function.get("Environment", {}).get("Variables", {})
        assert "MASTER_SECRET" not in found, name
        assert not any("{{resolve:" in flat(value) for value in found.values()), name


def test_hot_pools_wait_and_cold_ones_leave(assemblies: dict[str, Assembly]) -> None:
    assembly = assemblies["standard"]
    services = {
        each["ServiceName"]: each["DesiredCount"] for each in assembly.properties("AWS::ECS::Service").values()
    }
    assert services == {"python-zerotrust": 4, "bash-zerotrust": 2}
    for task, container in containers(assembly):
        hot = task["Family"].removeprefix("code-execution-") in services
        assert variables(container)["IDLE_SECONDS"] == ("86400" if hot else "120")


@pytest.mark.parametrize(
    ("memory", "work", "cpu", "expected"),
    [
        (512, 256, 1024, (1024, 2048)),
        (1024, 256, 1024, (1024, 2048)),
        (512, 256, 256, (256, 2048)),
        (2048, 256, 256, (512, 3072)),
        (2048, 512, 2048, (2048, 4096)),
        (20_000, 1024, 1024, (4096, 22_528)),
    ],
)
def test_sizes(memory: int, work: int, cpu: int, expected: tuple[int, int]) -> None:
    assert fargate.size(SandboxLimits(memory_mb=memory, work_mb=work), cpu) == expected


def test_no_task_is_that_large() -> None:
    with pytest.raises(ValueError, match="No Fargate task"):
        fargate.size(SandboxLimits(memory_mb=64_000), 1024)
