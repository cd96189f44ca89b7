"""A job's message: hidden for a few seconds, so that a worker that dies with it holds up nobody for long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from unittest import mock

import pytest

from functions.aws import deletions
from functions.aws.queue import SqsJobQueue
from functions.aws.schema import VISIBILITY_SECONDS
from functions.aws.work import AwsWorkQueue
from functions.core.errors import StorageError
from functions.core.job import Status
from functions.core.store import Beat, Claim
from functions.core.work import Message
from tests.aws import Cloud, cloud
from tests.conftest import wait_until
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
    again = other.receive(20) or other.receive(20)
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
    work.close()
    queue.delete.assert_called_once_with(POOL, message.receipt)
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


def end_jobs(aws: Cloud, work: AwsWorkQueue, count: int, *, beats: int) -> None:
    for number in range(count):
        job = put(aws, f"job-{number}")
        aws.queue.send(POOL, job.job_id)
        message = work.receive(1)
        assert message
        claim = work.claim(message)
        assert claim
        work.mark_started(claim)
        for _ in range(beats):
            assert work.heartbeat(claim, b"", b"") is Beat.RENEWED
        work.finish(message, claim, Status.COMPLETED, result(job), young=not beats)


@pytest.mark.parametrize("beats", [0, 1])
def test_messages_are_deleted_ten_at_once(aws: Cloud, beats: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletions, "SOON_SECONDS", 60)
    queue = mock.Mock(wraps=aws.queue)
    work = queue_of(aws, queue=queue)
    end_jobs(aws, work, 10, beats=beats)
    assert [len(call.args) - 1 for call in queue.delete.call_args_list] == [10]
    assert aws.messages(POOL) == 0
    work.close()
    assert queue.delete.call_count == 1, "there is nothing left"


def test_a_message_is_deleted_soon(aws: Cloud) -> None:
    queue = mock.Mock(wraps=aws.queue)
    work = queue_of(aws, queue=queue)
    end_jobs(aws, work, 1, beats=0)
    wait_until(lambda: queue.delete.call_count == 1, VISIBILITY_SECONDS - 1)
    aws.queue.send(POOL, "job-0")
    message = work.receive(1)
    assert message
    assert work.claim(message) is None, "it has ended"
    wait_until(lambda: queue.delete.call_count == 2, VISIBILITY_SECONDS - 1)
    time.sleep(VISIBILITY_SECONDS + 0.5)
    assert work.receive(0) is None


def test_a_message_that_cant_be_deleted_ends_no_worker_and_goes_later(aws: Cloud) -> None:
    queue = mock.Mock(wraps=aws.queue)
    work = queue_of(aws, queue=queue)
    with mock.patch.object(queue, "delete", side_effect=StorageError("throttled")):
        end_jobs(aws, work, 1, beats=1)
        work.close()
    again = work.receive(VISIBILITY_SECONDS) or work.receive(VISIBILITY_SECONDS)
    assert again
    assert work.claim(again) is None
    work.close()
    queue.delete.assert_called_once_with(POOL, again.receipt)
