"""Who is next: jobs in their order, workers where they are of use, no more jobs at once than there is room for."""

from __future__ import annotations

import pytest

from functions.embedded.pools import Pools


def pools(room: int = 2, *warm: str) -> Pools[str]:
    return Pools(room, warm)


def ready(of: Pools[str], pool: str, *workers: str) -> None:
    for worker in workers:
        of.starts(pool)
        of.came(pool, worker, first=True)


def test_the_eldest_job_of_all_pools_is_next() -> None:
    of = pools()
    of.add("bash", "first", 0)
    of.add("python", "second", 0)
    of.add("bash", "third", 0)
    ready(of, "python", "p")
    ready(of, "bash", "b")
    picks = [of.pick(), of.pick()]
    assert [(pick.job_id, pick.worker) for pick in picks if pick] == [("first", "b"), ("second", "p")]


def test_a_job_whose_pool_has_no_worker_holds_up_nobody() -> None:
    of = pools()
    of.add("cobol", "waits", 0)
    of.add("bash", "runs", 0)
    ready(of, "bash", "b")
    pick = of.pick()
    assert pick
    assert pick.job_id == "runs"
    assert of.pick() is None


def test_no_more_run_than_there_is_room_for() -> None:
    of = pools(1)
    ready(of, "bash", "a", "b")
    of.add("bash", "one", 0)
    of.add("bash", "two", 0)
    assert of.pick()
    assert of.pick() is None
    of.running -= 1
    assert of.pick()


def test_nothing_is_given_out_once_it_is_closed() -> None:
    of = pools()
    ready(of, "bash", "a")
    of.add("bash", "one", 0)
    of.open = False
    assert of.pick() is None


def test_a_job_waits_once_and_one_that_comes_back_goes_first() -> None:
    of = pools(9)
    ready(of, "bash", "a", "b", "c")
    for job_id in ("one", "two", "one"):
        of.add("bash", job_id, 0)
    first = of.pick()
    assert first
    of.put_back("bash", first.job_id, first.waiting)
    again, second = of.pick(), of.pick()
    assert (again and again.job_id, second and second.job_id) == ("one", "two")
    assert of.pick() is None


def test_a_pool_gets_workers_for_its_jobs_and_never_two_for_one() -> None:
    of = pools(2)
    of.add("go", "one", 0)
    assert list(of.wanted(0)) == ["go"]
    of.starts("go")
    assert list(of.wanted(0)) == []
    for number in range(5):
        of.add("go", str(number), 0)
    assert list(of.wanted(0)) == ["go"]


def test_a_warm_pool_has_one_more_than_there_is_room_for() -> None:
    of = pools(2, "python")
    assert list(of.wanted(0)) == ["python"] * 3
    ready(of, "python", "a", "b", "c")
    assert list(of.wanted(0)) == []
    of.went("python", "b", 0, born=True)
    assert list(of.wanted(0)) == ["python"]


@pytest.mark.parametrize("stillborn", [1, 2, 3, 9])
def test_a_pool_whose_workers_are_never_ready_is_tried_ever_more_seldom(stillborn: int) -> None:
    of, now = pools(2, "python"), 0.0
    for _ in range(stillborn):
        assert "python" in list(of.wanted(now))
        of.starts("python")
        of.went("python", "w", now, born=False)
        pause = of["python"].not_before - now
        assert list(of.wanted(now + pause - 0.01)) == []
        now += pause
    assert pause == min(2 ** (stillborn - 1), 30)
    assert list(of.wanted(now)) == ["python"]
    ready(of, "python", "alive")
    assert list(of.wanted(now)) == ["python", "python"]


def test_only_a_pool_that_is_not_warm_loses_its_idle_workers() -> None:
    of = pools(2, "python")
    ready(of, "python", "p")
    ready(of, "go", "old", "new")
    assert of.idle(lambda worker: worker != "new") == ["old"]
    of.add("go", "one", 0)
    pick = of.pick()
    assert pick
    assert pick.worker == "new"


def test_jobs_that_waited_too_long_are_taken_out() -> None:
    of = pools()
    of.add("cobol", "old", 5)
    of.add("cobol", "young", 10)
    assert of.overdue(10) == ["old"]
    ready(of, "cobol", "w")
    pick = of.pick()
    assert pick
    assert pick.job_id == "young"
