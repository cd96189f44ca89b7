from __future__ import annotations

import itertools
import random
import statistics
from collections.abc import Callable

import pytest

from functions.aws import pace
from functions.aws.pace import Found, Pace

POOL = "python-zerotrust"
CALL = 0.005  # seconds that a look takes


def first(paced: Pace, pool: str = POOL) -> float:
    return next(paced.pauses(pool))


def run(paced: Pace, seconds: Callable[[], float], jobs: int, skew: float = 0.0) -> tuple[float, float]:
    """Live jobs that take so long; return the mean looks at one, and the mean seconds until its end was found.

    `skew`: what the worker's clock is ahead of the caller's.
    """
    looks, late = [], []
    for _ in range(jobs):
        job, now, asked = seconds(), 0.0, 0.0
        for number, pause in enumerate(paced.pauses(POOL), 1):
            before, asked = asked, now + pause
            now = asked + CALL
            if asked >= job:
                looks.append(number)
                late.append(now - job)
                paced.ended(POOL, Found(job + skew, asked, before))
                break
    return statistics.mean(looks), statistics.mean(late)


def test_looks_become_seldom() -> None:
    pauses = list(itertools.islice(Pace().pauses(POOL), 40))
    assert pauses[:2] == [pace.FIRST_LOOK, pace.POLL]
    assert pauses[1:] == sorted(pauses[1:])
    assert pauses[-1] == pace.LAST_POLL


@pytest.mark.parametrize("skew", [0, 0.02, -0.02, 3600, -3600])
@pytest.mark.parametrize("mean", [0.012, 0.030, 0.055, 0.090, 0.200])
def test_it_learns_when_jobs_end_whatever_the_workers_clock_says(mean: float, skew: float) -> None:
    paced, dice = Pace(), random.Random(1)  # noqa: S311
    run(paced, lambda: dice.gauss(mean, mean / 10), 100)
    looks, late = run(paced, lambda: dice.gauss(mean, mean / 10), 300, skew)
    assert looks < (1.15 + 3 * mean if skew == 0 else 2.3)
    assert late < CALL + mean * 0.3 + abs(min(max(skew, -0.02), 0.02))


def test_jobs_of_one_pool_that_take_longer_by_and_by_are_still_found_at_once() -> None:
    paced, dice = Pace(), random.Random(1)  # noqa: S311
    for mean in (0.02, 0.05, 0.1, 0.2, 0.1, 0.05, 0.02):
        run(paced, lambda mean=mean: dice.gauss(mean, mean / 20), pace.RECENT)  # type: ignore[misc]
        looks, late = run(paced, lambda mean=mean: dice.gauss(mean, mean / 20), 100)  # type: ignore[misc]
        assert looks < 1.5, mean
        assert late < CALL + mean * 0.2, mean


@pytest.mark.parametrize("slow", [0.3, 0.6, 0.8])
def test_slow_jobs_cost_the_quick_ones_little(slow: float) -> None:
    paced, dice = Pace(), random.Random(1)  # noqa: S311
    quick = []

    def seconds() -> float:
        if dice.random() < slow:
            return dice.uniform(1, 3)
        quick.append(first(paced))
        return dice.gauss(0.03, 0.003)

    run(paced, seconds, 2000)
    assert statistics.mean(quick) < 0.050


def test_it_stays_within_bounds() -> None:
    paced = Pace()
    run(paced, lambda: 0.001, 50)
    assert first(paced) == pace.SOONEST
    run(paced, lambda: 5, 50)
    assert first(paced) == pace.LATEST


def test_a_few_jobs_teach_nothing() -> None:
    paced = Pace()
    run(paced, lambda: 0.2, pace.ENOUGH - 1)
    assert first(paced) == pace.FIRST_LOOK


def test_pools_differ() -> None:
    paced = Pace()
    run(paced, lambda: 0.05, 50)
    assert first(paced, "bash-zerotrust") == pace.FIRST_LOOK
