from __future__ import annotations

import itertools

import pytest

from functions.aws import pace
from functions.aws.pace import Pace

POOL = "python-zerotrust"


def looks_until(paced: Pace, seconds: float, pool: str = POOL) -> int:
    """How many looks it takes to find a job ended that takes so long."""
    passed = itertools.accumulate(paced.pauses(pool))
    return next(number for number, when in enumerate(passed, 1) if when >= seconds)


def first(paced: Pace, pool: str = POOL) -> float:
    return next(paced.pauses(pool))


def run(paced: Pace, seconds: float, jobs: int) -> list[int]:
    looks = []
    for _ in range(jobs):
        looks.append(looks_until(paced, seconds))
        paced.ended(POOL, looks[-1], seconds)
    return looks


def test_looks_become_seldom() -> None:
    pauses = list(itertools.islice(Pace().pauses(POOL), 40))
    assert pauses[:2] == [pace.FIRST_LOOK, pace.POLL]
    assert pauses[1:] == sorted(pauses[1:])
    assert pauses[-1] == pace.LAST_POLL


@pytest.mark.parametrize("seconds", [0.012, 0.021, 0.037, 0.055])
def test_it_learns_when_jobs_end(seconds: float) -> None:
    paced = Pace()
    run(paced, seconds, 100)
    looks = run(paced, seconds, 100)
    assert 70 <= looks.count(1) <= 80
    assert max(looks) == 2
    assert abs(first(paced) - seconds) <= pace.LATER


def test_it_stays_within_bounds() -> None:
    paced = Pace()
    run(paced, 0.001, 50)
    assert first(paced) == pace.SOONEST
    for _ in range(50):
        paced.ended(POOL, 2, 0.05)
    assert first(paced) == pace.LATEST


def test_a_slow_job_says_nothing_of_quick_ones() -> None:
    paced = Pace()
    run(paced, 0.03, 50)
    learned = first(paced)
    assert run(paced, 5, 20) == [looks_until(paced, 5)] * 20
    assert first(paced) == learned


def test_pools_differ() -> None:
    paced = Pace()
    run(paced, 0.05, 50)
    assert first(paced, "bash-zerotrust") == pace.FIRST_LOOK
