"""The cost table: its arithmetic by hand, and against the template."""

from __future__ import annotations

import subprocess
import sys

import pytest

from functions.aws import pace
from functions.core.languages import catalog
from infra import cost, prices
from infra.cost import Load
from infra.settings import Deployment
from tests.conftest import ROOT
from tests.infra.assembly import Assembly


def dollars(lines: list[cost.Line]) -> dict[str, float]:
    return {line.name.strip(): round(line.dollars, 2) for line in lines}


def test_a_month_by_hand() -> None:
    found = dollars(cost.monthly(Deployment(hot_pools={"python-zerotrust": 4}, zones=2), catalog()))
    task = 1 * 0.04048 + 2 * 0.004445  # one vCPU, 2 GB
    assert found["Waiting workers, python-zerotrust"] == round(4 * 730 * task, 2) == 144.16
    assert found["Interface endpoints"] == 4 * 2 * 730 * 0.01 == 58.4
    assert found["WAF, one rule"] == 6
    assert "WAF, one rule" not in dollars(cost.monthly(Deployment(requests_per_address=None), catalog()))


def test_a_public_address_is_paid() -> None:
    near = dollars(cost.monthly(Deployment(hot_pools={"python-zerotrust": 1}), catalog()))
    far = dollars(cost.monthly(Deployment(hot_pools={"python-semitrusted": 1}), catalog()))
    more = far["Waiting workers, python-semitrusted"] - near["Waiting workers, python-zerotrust"]
    assert round(more, 2) == round(730 * 0.005, 2)


def test_a_million_jobs_by_hand() -> None:
    deployment, load = Deployment(), Load(job_seconds=0.02, start_seconds=40)
    found = dollars(cost.per_million(deployment, catalog(), load, warm=True))
    assert found["API Gateway"] == 3.5
    assert found["DynamoDB, writes"] == 8 * 0.625
    assert found["DynamoDB, reads"] == 2 * 0.125
    assert found["SQS"] == round(3 * 0.4, 2)
    assert found["Fargate"] == round(1e6 * 60 * (0.04048 + 2 * 0.004445) / 3600, 2)  # a minute at least
    shared = dollars(cost.per_million(Deployment(jobs_per_task=20), catalog(), Load(2, 40), warm=True))
    assert shared["Fargate"] == round(1e6 * (40 + 20 * 2) / 20 * (0.04048 + 2 * 0.004445) / 3600, 2)


def test_a_talkative_job_by_hand() -> None:
    silent, talkative = (
        dollars(cost.per_million(Deployment(), catalog(), Load(10, talkative=talks), warm=True))
        for talks in (False, True)
    )
    assert silent["DynamoDB, writes"] == round((8 + 10 * 2) * 0.625, 2)
    assert talkative["DynamoDB, writes"] == round((8 + 10 * (2 + 8)) * 0.625, 2)


def test_choices_are_the_sums_of_their_tables() -> None:
    rows = [row.split() for row in cost.choices(Deployment(), catalog(), Load(10))]
    found = {" ".join(row[:-4]): [float(each.replace(",", "")) for each in row[-4:]] for row in rows[1:]}
    assert set(found) == set(cost.CHOICES)
    shared = Deployment(jobs_per_task=20)
    silent = sum(line.dollars for line in cost.per_million(shared, catalog(), Load(10), warm=True))
    assert found["jobs_per_task 20"][0] == round(silent)
    assert found["as it is"][1] - found["as it is"][0] == pytest.approx(10 * 8 * 0.625, abs=1)
    assert found["both"][0] < found["jobs_per_task 20"][0] < found["architecture arm64"][0] < found["as it is"][0]


def test_a_kept_workers_jobs_by_hand() -> None:
    """Each has had its customer's twenty, and waited in vain for a twenty-first."""
    kept = Deployment(jobs_per_task=20, reuse="customer", idle_seconds=120)
    found = dollars(cost.per_million(kept, catalog(), Load(2, 40), warm=True))
    assert found["Fargate"] == round(1e6 * (40 + 20 * 2 + 120) / 20 * (0.04048 + 2 * 0.004445) / 3600, 2)
    assert found["DynamoDB, writes"] == round((8 + 2 * 2 + 4) * 0.625, 2)


def test_webhooks_by_hand() -> None:
    found = dollars(cost.webhooks())
    assert found["Lambda, telling and sending"] == round(1e6 * 2 * 0.3 * 0.25 * prices.LAMBDA_ARM_GB_SECOND, 2)
    assert found["DynamoDB, writes"] == 6 * 0.625
    assert found["SQS"] == round(3 * 0.4, 2)


def test_what_is_counted_by_hand_is_what_the_template_has(assemblies: dict[str, Assembly]) -> None:
    assembly = assemblies["standard"]
    assert len(assembly.properties("AWS::CloudWatch::Alarm")) == cost.ALARMS
    assert len(assembly.properties("AWS::Logs::MetricFilter")) == cost.METRICS
    names = max(
        len(each["Domains"]) for each in assembly.properties("AWS::Route53Resolver::FirewallDomainList").values()
    )
    assert 2 * names == cost.DNS_QUERIES
    endpoints = [each["VpcEndpointType"] for each in assembly.properties("AWS::EC2::VPCEndpoint").values()]
    assert endpoints.count("Interface") == cost.ENDPOINTS


def test_a_caller_waits_no_longer_than_he_is_held() -> None:
    lines = dollars(cost.per_million(Deployment(streaming=False), catalog(), Load(60, 40), warm=True))
    held = 1e6 * (25 + cost.FUNCTION_SECONDS) * 0.5 * prices.LAMBDA_ARM_GB_SECOND
    assert lines["Lambda, while a caller waits"] == round(held, 2)


def test_looks_follow_the_services_own_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [cost.looks(seconds) for seconds in (0.02, 0.024, 0.03, 0.0384)] == [1, 1, 2, 3]
    monkeypatch.setattr(pace, "POLL", 1.0)
    assert cost.looks(1.0) == 2


def test_it_prints_each_example_with_its_arithmetic() -> None:
    for name in ("small", "standard", "large"):
        done = subprocess.run(
            [sys.executable, "-m", "infra.cost", f"infra/examples/{name}.json"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert "which nothing here can verify" in done.stdout
        assert done.stdout.count("\n  sum ") == 4
        assert "4 endpoints x" in done.stdout
    wrong = subprocess.run(
        [sys.executable, "-m", "infra.cost", "no.json"], cwd=ROOT, capture_output=True, check=False
    )
    assert (wrong.returncode, wrong.stdout) == (1, b"")
