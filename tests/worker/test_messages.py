"""A job's message: hidden for a few seconds, so that a worker that dies with it holds up nobody for long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from unittest import mock

import pytest

from functions.aws.queue import SqsJobQueue
from functions.aws.schema import VISIBILITY_SECONDS
from functions.aws.work import AwsWorkQueue
from functions.core.errors import StorageError
from functions.core.job import Status
from functions.core.store import Beat, Claim
from functions.core.work import Message
from tests.aws import Cloud, cloud
from tests.jobs import put, result

POOL = "python-zerotrust"


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def queue_of(aws: Cloud, name: str = "worker", queue: SqsJobQueue | None = None) -> AwsWorkQueue:
    return AwsWorkQueue(POOL, name, aws.store, queue or aws.queue, aws.files)


def received(aws: Cloud, work: AwsWorkQueue) -> Message:
    put(aws, "job-1")
    aws.queue.send(POOL, "job-1")
    message = work.receive(1)
    assert message
    return message


def claimed(aws: Cloud, work: AwsWorkQueue) -> tuple[Message, Claim]:
    message = received(aws, work)
    claim = work.claim(message)
    assert claim
    return message, claim


def test_a_message_that_a_dead_worker_had_is_soon_anothers_and_the_job_runs_once(aws: Cloud) -> None:
    slow, other = queue_of(aws, "slow"), queue_of(aws, "other")
    message = received(aws, slow)
    assert other.receive(0) is None
    start = time.monotonic()
    again = other.receive(VISIBILITY_SECONDS + 2)
    assert again
    assert time.monotonic() - start < VISIBILITY_SECONDS + 1
    assert other.claim(again)
    assert slow.claim(message) is None, "it wasn't dead, but late"


def test_a_job_that_beats_has_no_message_any_more(aws: Cloud) -> None:
    queue = mock.Mock(wraps=aws.queue)
    work = queue_of(aws, queue=queue)
    message, claim = claimed(aws, work)
    work.mark_started(claim)
    assert work.heartbeat(claim, b"", b"") is Beat.RENEWED
    assert work.heartbeat(claim, b"", b"") is Beat.RENEWED
    work.finish(message, claim, Status.COMPLETED, result(claim.job), young=False)
    assert queue.delete.call_count == 1, "with its end or by a heartbeat, not both"
    time.sleep(VISIBILITY_SECONDS + 0.5)
    assert work.receive(0) is None


def test_a_job_that_may_be_handed_back_keeps_its_message(aws: Cloud) -> None:
    work = queue_of(aws)
    message, claim = claimed(aws, work)
    for _ in range(2):
        time.sleep(VISIBILITY_SECONDS - 1)
        assert work.heartbeat(claim, b"", b"") is Beat.RENEWED
        assert work.receive(0) is None
    assert work.hand_back(message, claim)
    assert work.receive(1) == Message("job-1", mock.ANY), "at once"


def test_a_message_that_a_heartbeat_could_not_delete_is_deleted_later(aws: Cloud) -> None:
    queue = mock.Mock(wraps=aws.queue)
    work = queue_of(aws, queue=queue)
    message, claim = claimed(aws, work)
    work.mark_started(claim)
    with mock.patch.object(queue, "delete", side_effect=StorageError("throttled")):
        assert work.heartbeat(claim, b"", b"") is Beat.RENEWED
    work.finish(message, claim, Status.COMPLETED, result(claim.job), young=False)
    assert queue.delete.call_count == 1


def test_the_next_jobs_message_is_its_own(aws: Cloud) -> None:
    work = queue_of(aws)
    for number in range(2):
        put(aws, f"job-{number}")
        aws.queue.send(POOL, f"job-{number}")
        message = work.receive(1)
        assert message
        claim = work.claim(message)
        assert claim
        work.mark_started(claim)
        assert work.heartbeat(claim, b"", b"") is Beat.RENEWED
        work.finish(message, claim, Status.COMPLETED, result(claim.job), young=False)
    time.sleep(VISIBILITY_SECONDS + 0.5)
    assert aws.messages(POOL) == 0
