"""The look at an account before a deployment: each lack is told, with what to do. Answers have AWS's own shapes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.core.job import NetworkMode
from infra import preflight
from infra.packaging import ROOT
from infra.settings import Deployment
from tests.infra.assembly import example

ZONES = [{"ZoneName": f"us-east-1{each}", "RegionName": "us-east-1"} for each in "abc"]
SERVICE: dict[str, Any] = {"AvailabilityZones": ["us-east-1a", "us-east-1b", "us-east-1c"]}
WATCHING = {
    "Name": "RUNTIME_MONITORING",
    "Status": "ENABLED",
    "AdditionalConfiguration": [{"Name": "ECS_FARGATE_AGENT_MANAGEMENT", "Status": "ENABLED"}],
}
GOOD: Mapping[str, Any] = {
    "get_caller_identity": {},
    "get_parameter": {},
    "get_role": {"Role": {"Path": "/", "RoleName": "n", "RoleId": "x" * 20, "Arn": "x" * 20, "CreateDate": 0}},
    "get_account_settings": {"AccountLimit": {"ConcurrentExecutions": 1000}},
    "get_service_quota": {"Quota": {"Value": 100.0}},
    "get_layer_version_by_arn": {},
    "describe_availability_zones": {"AvailabilityZones": ZONES},
    "describe_vpc_endpoint_services": {"ServiceDetails": [SERVICE] * 4},
    "list_detectors": {"DetectorIds": ["d"]},
    "get_detector": {"ServiceRole": "r", "Status": "ENABLED", "Features": []},
}


class Account:
    """AWS as botocore knows it, with the answers of GOOD but for some: a text is the code of a refusal."""

    def __init__(self, **others: Any) -> None:
        self.answers = {**GOOD, **others}

    def __call__(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        client: Any = boto3.session.Session().client(service, region_name="us-east-1")  # type: ignore[call-overload]
        answer = self.answers[operation]
        with Stubber(client) as stub:
            if isinstance(answer, str):
                stub.add_client_error(operation, answer)
            else:
                stub.add_response(operation, answer, parameters)
            found: dict[str, Any] = getattr(client, operation)(**parameters)
        return found


def told(deployment: Deployment, **others: Any) -> list[tuple[bool, str]]:
    found = preflight.findings(Account(**others), deployment)
    return [(each.stops, each.text) for each in found]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


HOT = Deployment(hot_pools={"python-zerotrust": 4, "bash-zerotrust": 2}, webhooks_at_once=2)
FEW: dict[str, Any] = {"AccountLimit": {"ConcurrentExecutions": 10}}


@pytest.mark.parametrize(
    ("others", "stops", "words"),
    [
        ({"get_parameter": "ParameterNotFound"}, True, "`scripts/cdk bootstrap`"),
        ({"get_role": "NoSuchEntity"}, True, "create-service-linked-role"),
        ({"get_account_settings": FEW}, False, "let waiting_callers be 4"),
        ({"get_service_quota": {"Quota": {"Value": 6.0}}}, False, "hot pools take 6, so no other worker can start"),
        ({"get_service_quota": {"Quota": {"Value": 5.0}}}, True, "make hot_pools smaller"),
        ({"get_service_quota": {"Quota": {"Value": 6.0}}}, False, "create --concurrency N"),
        ({"get_layer_version_by_arn": "AccessDeniedException"}, True, "layer:LambdaAdapterLayerArm64:27: set"),
        (
            {"describe_vpc_endpoint_services": {"ServiceDetails": [SERVICE, {"AvailabilityZones": ["us-east-1b"]}]}},
            True,
            "zones: us-east-1a lack an endpoint of workers; give zones some of us-east-1b.",
        ),
        ({"describe_availability_zones": {"AvailabilityZones": ZONES[:1]}}, True, "has 1 for you, and 2 are wanted"),
        ({"get_detector": {**GOOD["get_detector"], "Features": [WATCHING]}}, False, "GuardDutyManaged=false"),
        ({"get_parameter": "AccessDeniedException"}, False, "bootstrap: could not be looked at"),
        ({"list_detectors": "Throttled"}, False, "guardduty: could not be looked at"),
    ],
)
def test_each_lack_is_told(others: dict[str, Any], stops: bool, words: str) -> None:
    [found_stops] = [each for each, text in told(HOT, **others) if words in text]
    assert found_stops is stops
    assert len(told(HOT, **others)) == 1 + ("get_service_quota" in others)  # a key's part of so few vCPUs


def test_a_good_account_lacks_nothing() -> None:
    assert told(HOT) == []


def test_what_isnt_wanted_isnt_looked_for() -> None:
    small = Deployment(streaming=False, network_modes=(NetworkMode.ZEROTRUST,), zones=1)
    assert told(small, get_layer_version_by_arn="AccessDeniedException") == []
    assert told(Deployment(waiting_callers=4, webhooks_at_once=2), get_account_settings=FEW) == []
    [(stops, text)] = told(Deployment(waiting_callers=4), get_account_settings=FEW)
    assert (stops, "let webhooks_at_once be 2" in text) == (False, True)
    [(stops, text)] = told(Deployment(reserve_concurrency=True, webhooks_at_once=2), get_account_settings=FEW)
    assert stops
    assert "reserve_concurrency" in text


def test_the_command_fails_where_the_deployment_would(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["preflight", str(example("standard"))])
    assert preflight.main(Account()) == 0
    assert preflight.main(Account(get_account_settings=FEW)) == 0
    assert preflight.main(Account(get_role="NoSuchEntity")) == 1
    assert "to do first: ECS has no role" in capsys.readouterr().out
    assert preflight.main(Account(get_caller_identity="ExpiredToken")) == 1


@pytest.mark.parametrize(
    ("arguments", "fails", "looked", "deployed"),
    [
        ("deploy -c settings=mine.json", False, "mine.json", "deploy -c settings=mine.json"),
        ("deploy --context=settings=mine.json", True, "mine.json", ""),
        ("deploy", True, "infra/examples/standard.json", ""),
        ("deploy --no-preflight -c settings=mine.json", True, "", "deploy -c settings=mine.json"),
        ("synth -c settings=mine.json", True, "", "synth -c settings=mine.json"),
    ],
)
def test_deploy_looks_first(tmp_path: Path, arguments: str, fails: bool, looked: str, deployed: str) -> None:
    """The script itself, with a Python and a Node that note what they are asked for."""
    programs = {
        "scripts/setup.sh": "say() { :; }; need_debian() { :; }; make_venv() { :; }",
        ".venv/bin/python": f'if [ "$1" = -c ]; then echo "$PWD"; else echo "$3" >looked; exit {int(fails)}; fi',
        "bin/node": 'shift 3; echo "$*" >deployed',
    }
    for name, text in programs.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(0o755)
    shutil.copy(ROOT / "scripts/cdk", tmp_path / "scripts")
    done = subprocess.run([tmp_path / "scripts/cdk", *arguments.split()], check=False)
    notes = [(tmp_path / name).read_text() if (tmp_path / name).exists() else "" for name in ("looked", "deployed")]
    assert [note.strip() for note in notes] == [looked, deployed]
    assert done.returncode == (0 if deployed else 1)


def test_refusals_that_mean_something_else_are_passed_on() -> None:
    with pytest.raises(ClientError):
        preflight._there(Account(get_role="Throttling"), "iam", "get_role", ("NoSuchEntity",), RoleName="x")
