"""What an account lacks for a deployment, before it is tried: `python -m infra.preflight [SETTINGS]`.

It only asks. What would end the deployment, or leave it useless, makes it fail; the rest is told.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from functions.core.keys import Key
from functions.core.languages import catalog
from infra import fargate, settings
from infra.packaging import ROOT
from infra.settings import Deployment

QUALIFIER: Final = "hnb659fds"  # the CDK's own, by which grants.py names the repository of built images
ENDPOINTS: Final = ("sqs", "ecr.api", "ecr.dkr", "logs")  # interface endpoints of the network without internet
FARGATE_VCPUS: Final = "L-3032A538"  # the quota's code: Fargate On-Demand vCPU resource count
USUAL_CONCURRENCY: Final = 1000
KEY_JOBS: Final = Key("").concurrency  # of a key that is made without --concurrency
BACKGROUND: Final = 6  # functions at once that start and end workers, answer polls, and sweep, at the least
RESERVING_CONCURRENCY: Final = 117  # what reserve_concurrency takes, and the 100 that AWS wants left

Ask = Callable[..., dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to be done; `stops`: without it the deployment fails or can run nothing."""

    text: str
    stops: bool = True


def findings(ask: Ask, deployment: Deployment) -> Iterator[Finding]:
    """Yield what is to be done; `ask(service, operation, **parameters)` asks AWS and may raise ClientError."""
    for check in (_bootstrap, _ecs_role, _lambda, _fargate, _layer, _zones, _guardduty):
        try:
            yield from check(ask, deployment)
        except (ClientError, BotoCoreError) as error:
            name = check.__name__.strip("_").replace("_", " ")
            yield Finding(f"{name}: could not be looked at: {error}", stops=False)


def _there(ask: Ask, service: str, operation: str, missing: tuple[str, ...], **parameters: object) -> bool:
    """Return whether AWS has what is asked for; `missing` are the codes that say no. Raises other ClientErrors."""
    try:
        ask(service, operation, **parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] in missing:
            return False
        raise
    return True


def _bootstrap(ask: Ask, _deployment: Deployment) -> Iterator[Finding]:
    name = f"/cdk-bootstrap/{QUALIFIER}/version"
    if not _there(ask, "ssm", "get_parameter", ("ParameterNotFound",), Name=name):
        advice = "`scripts/cdk bootstrap`, with the CDK's own qualifier, for roles name its repository."
        yield Finding(f"This account and region aren't bootstrapped: {advice}")


def _ecs_role(ask: Ask, _deployment: Deployment) -> Iterator[Finding]:
    if not _there(ask, "iam", "get_role", ("NoSuchEntity",), RoleName="AWSServiceRoleForECS"):
        command = "aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com"
        yield Finding(f"ECS has no role in this account yet, so the first service may fail: `{command}`.")


def _lambda(ask: Ask, deployment: Deployment) -> Iterator[Finding]:
    limit = ask("lambda", "get_account_settings")["AccountLimit"]["ConcurrentExecutions"]
    told, raised = f"Lambda runs {limit} functions at once here", "have the quota 'Concurrent executions' raised"
    if deployment.reserve_concurrency and limit < RESERVING_CONCURRENCY:
        yield Finding(f"{told}, and reserve_concurrency takes {RESERVING_CONCURRENCY}: {raised}, or set it to false.")
    elif limit < USUAL_CONCURRENCY and (deployment.waiting_callers or limit) > limit - BACKGROUND:
        yield Finding(
            f"{told}, so as many waiting callers leave none to start workers: {raised} to {USUAL_CONCURRENCY}; until "
            f"then let waiting_callers be {max(limit - BACKGROUND, 1)}, and others poll.",
            stops=False,
        )
    telling = 2 * deployment.webhooks_at_once  # one tells, one sends
    if telling > limit - BACKGROUND:
        yield Finding(
            f"{told}, and receivers of webhooks that don't answer can take {telling}: {raised}, or let "
            "webhooks_at_once be 2.",
            stops=False,
        )


def _fargate(ask: Ask, deployment: Deployment) -> Iterator[Finding]:
    answer = ask("service-quotas", "get_service_quota", ServiceCode="fargate", QuotaCode=FARGATE_VCPUS)
    quota = answer["Quota"]["Value"]
    sizes = {pool: _vcpus(pool.rpartition("-")[0], deployment) for pool in deployment.hot_pools}
    hot = sum(count * sizes[pool] for pool, count in deployment.hot_pools.items())
    told = f"Fargate runs {quota:g} vCPUs at once here, and hot pools take {hot:g}"
    advice = "have the quota 'Fargate On-Demand vCPU resource count' raised, or make hot_pools smaller."
    if hot > quota:
        yield Finding(f"{told}: {advice}")
    elif hot + max(sizes.values(), default=deployment.task_cpu / fargate.VCPU) > quota:
        yield Finding(f"{told}, so no other worker can start: {advice}", stops=False)
    if quota < KEY_JOBS:
        yield Finding(
            f"One key may have {KEY_JOBS} jobs at once, and Fargate runs {quota:g} vCPUs here, so one customer "
            "can take them all: let keys have fewer, `python3 -m infra.keys create --concurrency N`.",
            stops=False,
        )


def _vcpus(language: str, deployment: Deployment) -> float:
    units, _ = fargate.size(catalog()[language].limits, deployment.task_cpu)
    return units / fargate.VCPU


def _layer(ask: Ask, deployment: Deployment) -> Iterator[Finding]:
    if not deployment.streaming:
        return
    arn = deployment.web_adapter_layer.replace("{region}", boto3.session.Session().region_name or "")
    refusals = ("ResourceNotFoundException", "AccessDeniedException")  # the latter also of what there isn't
    if not _there(ask, "lambda", "get_layer_version_by_arn", refusals, Arn=arn):
        yield Finding(f"There is no {arn}: set web_adapter_layer to a copy of your own, or streaming to false.")


def _zones(ask: Ask, deployment: Deployment) -> Iterator[Finding]:
    there = ask("ec2", "describe_availability_zones")["AvailabilityZones"]
    zones = [each["ZoneName"] for each in there]
    names = [f"com.amazonaws.{there[0]['RegionName']}.{each}" for each in ENDPOINTS]
    services = ask("ec2", "describe_vpc_endpoint_services", ServiceNames=names)["ServiceDetails"]
    good = [zone for zone in zones if all(zone in each["AvailabilityZones"] for each in services)]
    chosen = zones[: deployment.zones] if isinstance(deployment.zones, int) else list(deployment.zones)
    if bad := [zone for zone in chosen if zone not in good]:
        yield Finding(f"zones: {', '.join(bad)} lack an endpoint of workers; give zones some of {', '.join(good)}.")
    if len(chosen) < deployment.zone_count:
        yield Finding(f"zones: this region has {len(chosen)} for you, and {deployment.zone_count} are wanted.")


def _guardduty(ask: Ask, _deployment: Deployment) -> Iterator[Finding]:
    for detector in ask("guardduty", "list_detectors")["DetectorIds"]:
        features = ask("guardduty", "get_detector", DetectorId=detector).get("Features", [])
        if any(_watches_fargate(feature) for feature in features):
            yield Finding(
                "GuardDuty's runtime monitoring watches tasks here, but none of this deployment's: its cluster is "
                "tagged GuardDutyManaged=false, for the agent would take of workers' memory, and GuardDuty would put "
                "endpoints into the network without internet.",
                stops=False,
            )


def _watches_fargate(feature: Mapping[str, Any]) -> bool:
    more = {each["Name"]: each["Status"] for each in feature.get("AdditionalConfiguration", [])}
    watching = feature["Name"] == "RUNTIME_MONITORING" and feature["Status"] == "ENABLED"
    return watching and more.get("ECS_FARGATE_AGENT_MANAGEMENT") == "ENABLED"


def ask_aws(service: str, operation: str, **parameters: object) -> dict[str, Any]:
    """Ask AWS, with the credentials and in the region of the environment. Raises ClientError and BotoCoreError."""
    client: Any = boto3.session.Session().client(service)  # type: ignore[call-overload]  # any of them
    answer: dict[str, Any] = getattr(client, operation)(**parameters)
    return answer


def main(ask: Ask = ask_aws) -> int:
    """Print what is to be done; 1 where something would stop the deployment."""
    parser = argparse.ArgumentParser(prog="python -m infra.preflight", description="What an account lacks.")
    default = ROOT / "infra/examples/standard.json"
    parser.add_argument("settings", nargs="?", type=Path, default=default, help="settings file (%(default)s)")
    chosen = parser.parse_args()
    try:
        deployment = settings.load(chosen.settings)
        ask("sts", "get_caller_identity")
    except (OSError, ValueError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"preflight: {error}\n")
        return 1
    found = list(findings(ask, deployment))
    for each in found:
        sys.stdout.write(f"{'to do first' if each.stops else 'to know'}: {each.text}\n")
    sys.stdout.write("preflight: nothing stands in the way\n" if not found else "")
    return int(any(each.stops for each in found))


if __name__ == "__main__":
    sys.exit(main())
