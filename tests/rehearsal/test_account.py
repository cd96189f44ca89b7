"""The quotas of an account before moto: each refuses what is over it, in the words of what has it."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from unittest import mock

import pytest
from botocore.exceptions import ClientError

from functions.aws import clients
from infra.rehearsal import cluster, moto_aws
from infra.rehearsal.account import Places, Quotas, Units
from infra.rehearsal.gateway import BUSY
from infra.rehearsal.moto_process import MotoProcess


def test_places_are_so_many() -> None:
    places, waited = Places(1), threading.Event()

    def wait() -> None:
        with places.one(wait=True) as taken:
            assert taken
            waited.set()

    with places.one() as first, places.one() as second:
        assert (first, second) == (True, False)
        waiter = threading.Thread(target=wait)
        waiter.start()
        assert not waited.wait(0.1)
    waiter.join(5)
    assert waited.is_set()
    assert (places.use.most, places.use.refused) == (1, 1)


def test_units_come_back_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    table = Units(10)
    assert table.allow()
    table.take(25)  # what a write takes is known after it
    assert not table.allow()
    now += 1.4
    assert not table.allow()
    now += 0.2
    assert table.allow()
    assert (table.use.most, table.use.refused) == (25, 2)


def test_the_gateway_says_what_the_template_has_it_say() -> None:
    from infra.gateway_errors import GATEWAY_ERRORS, RETRY_SECONDS  # noqa: PLC0415  # starts Node

    error = GATEWAY_ERRORS["INTEGRATION_FAILURE"]
    assert BUSY["statusCode"] == error.status
    assert json.loads(BUSY["body"]) == {"error": error.code, "message": error.message}
    assert BUSY["headers"]["Retry-After"] == str(RETRY_SECONDS)


def test_moto_refuses_what_is_over_a_quota(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    server = MotoProcess(None, Quotas(vcpus=1, write_units=20), report)
    with moto_aws.used(moto_aws.environment(server.endpoint(), server.credential)):
        moto_aws.create_resources([])
        made = cluster.Cluster(["bash-zerotrust"])
        made.make()
        dynamodb, ecs = clients.dynamodb(), clients.ecs()
    item = {"job_id": {"S": "x"}, "text": {"S": "x" * 100_000}}
    dynamodb.put_item(TableName="code-jobs", Item=item)
    with (
        mock.patch("time.sleep"),
        pytest.raises(ClientError, match="ThrottlingException"),
    ):  # between botocore's tries
        dynamodb.put_item(TableName="code-jobs", Item=item)
    wanted = {"cluster": cluster.NAME, "taskDefinition": "code-bash-zerotrust", "launchType": "FARGATE"}
    for token in ("one", "one"):  # the same request starts one task
        assert ecs.run_task(**wanted, clientToken=token)["tasks"]  # type: ignore[arg-type]
    with pytest.raises(ClientError, match="LimitExceededException"):
        ecs.run_task(**wanted, clientToken="two")  # type: ignore[arg-type]
    server.stop()
    used = json.loads(report.read_text())
    assert used["jobs"]["most"] == 98
    assert used["jobs"]["refused"] > 0
    assert used["vcpus"]["most"] == 1
    assert used["vcpus"]["refused"] > 0
