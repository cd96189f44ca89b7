"""What only DynamoDB's items, S3's keys and SQS's messages show of the jobs."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest

from functions.aws import clients
from functions.core.job import Status
from functions.core.store import now_ms
from functions.core.sweeper import RESEND_SECONDS, Sweeper
from tests.aws import Cloud, cloud
from tests.jobs import end_with_much, put, result


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


@pytest.mark.parametrize("beats", [0, 1])
def test_an_ended_jobs_item_has_no_more_than_its_end(aws: Cloud, beats: int) -> None:
    job = put(aws)
    aws.store.claim("job-1", "worker")
    for _ in range(beats):
        aws.store.heartbeat("job-1", "worker", b"out", b"err")
    assert aws.store.finish("job-1", "worker", Status.COMPLETED, result(job), young=not beats)
    item = clients.dynamodb().get_item(TableName=aws.settings.jobs_table, Key={"job_id": {"S": "job-1"}})["Item"]
    assert not {"submission", "active_owner", "so_far", "cancel"} & set(item)
    assert ("lease_until" in item) is not beats
    assert int(item["expires_at"]["N"]) * 1000 > now_ms() + 23 * 3600 * 1000


def test_a_large_submissions_object_is_named_to_the_worker(aws: Cloud) -> None:
    job = put(aws, stdin="x" * 300_000)
    (key,) = aws.objects()
    claim = aws.store.claim("job-1", "worker")
    assert claim
    assert claim.payload_key == key
    aws.store.finish("job-1", "worker", Status.COMPLETED, {**result(job), "stdout": "x" * 400_000})
    assert "results/job-1" in aws.objects()


def test_sweep_sends_a_message_and_asks_for_a_worker(aws: Cloud) -> None:
    put(aws, "stale", age_ms=(RESEND_SECONDS + 1) * 1000)
    assert Sweeper(aws.store, aws.dispatch).sweep().helped == 1
    message = aws.queue.receive("python-zerotrust", 0)
    assert message
    assert message.job_id == "stale"
    assert aws.queue.receive("python-zerotrust", 0) is None
    assert [request.pool for request in aws.launches()] == ["python-zerotrust"]


def test_who_looks_for_active_jobs_reads_no_result_of_one_that_just_ended(
    aws: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index tells of an end a moment later than the job does."""
    put(aws, "running")
    end_with_much(aws, "ended")
    stale = {"Items": [{"job_id": {"S": name}} for name in ("running", "ended")]}
    client = mock.Mock(wraps=clients.dynamodb(), query=lambda **_: stale)
    client.get_paginator.return_value.paginate.return_value = [stale]
    monkeypatch.setattr(aws.store, "_client", client)
    assert [job.job_id for job in aws.store.list_active("me")] == ["running"]
    assert [active.job.job_id for active in aws.store.scan_active()] == ["running"]
