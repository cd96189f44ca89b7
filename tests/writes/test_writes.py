"""Write units of whole jobs: none, however much it submits and prints, takes the table from the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from functions.aws.work import AwsWorkQueue
from functions.core.job import Status
from functions.core.limits import PARTIAL_BYTES
from functions.core.service import unfinished_result
from functions.core.store import Beat
from tests.aws import DYNAMODB_LOCAL, Cloud, cloud
from tests.jobs import put
from tests.writes import counting

POOL = "python-zerotrust"
SECONDS = 60  # of each job


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def silent(_second: int) -> bytes:
    return b""


def chatty(second: int) -> bytes:
    """A line each second."""
    return b"".join(b"line %6d of a program that tells what it does, 80 characters in each of its lines.\n" % number
                    for number in range(second))[-PARTIAL_BYTES:]  # fmt: skip


def hostile(second: int) -> bytes:
    """As much as is kept, all of it new each second."""
    return (b"%8d" % second) * (PARTIAL_BYTES // 8)


def job_of(aws: Cloud, printed: Callable[[int], bytes], code: str = "1") -> tuple[float, float, int]:
    """Live a job's life; return its units at start and end, and a second, and how many times its output was new."""
    now, seen = 0.0, set[str]()
    with counting() as units:
        put(aws, "job-1", code=code)
        aws.queue.send(POOL, "job-1")
        work = AwsWorkQueue(POOL, "worker", aws.store, aws.queue, aws.files, clock=lambda: now)
        message = work.receive(1)
        assert message
        claim = work.claim(message)
        assert claim
        before = units.counted
        for second in range(1, SECONDS + 1):
            now = float(second)
            assert work.heartbeat(claim, printed(second), printed(second)) is Beat.RENEWED
            seen.add((aws.store.get("job-1") or claim.job).partial_stdout)
        beats = units.counted - before
        result = unfinished_result(claim.job, Status.COMPLETED, "test")
        work.finish(message, claim, Status.COMPLETED, result, young=False)
    if os.environ.get(DYNAMODB_LOCAL):
        assert units.told == units.counted
    return units.counted - beats, beats / SECONDS, len(seen)


def test_a_silent_job(aws: Cloud) -> None:
    ends, a_second, _ = job_of(aws, silent)
    assert (ends, a_second) == (5, 1)


def test_a_chatty_job(aws: Cloud) -> None:
    """Its lines are seen each second, while they are few."""
    ends, a_second, times = job_of(aws, chatty)
    assert ends == 5
    assert a_second < 8
    assert times > SECONDS * 0.8


@pytest.mark.parametrize("code", ["1", "#" * 3_900, "#" * 190_000])
def test_a_hostile_job(aws: Cloud, code: str) -> None:
    """324 units a second is what it could take when its heartbeats held all of this."""
    ends, a_second, times = job_of(aws, hostile, code=code)
    assert ends <= 20
    assert a_second <= 15
    assert 3 <= times <= SECONDS / 10
