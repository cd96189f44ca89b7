"""Followed jobs: whose output is kept, for how long, and who is told."""

from __future__ import annotations

from unittest import mock

from functions.core.job import Status
from functions.embedded.live import Live
from tests.jobs import new_job


def test_an_end_stands_whatever_comes_after() -> None:
    live, tell = Live(), mock.Mock()
    followed = live.follow("job-1", tell)
    live.begins("job-1")
    live.append("job-1", b"one", b"")
    live.ended(new_job().model_copy(update={"status": Status.CANCELLED}))
    live.append("job-1", b"late", b"")
    live.waits("job-1")
    assert (followed.status, bytes(followed.stdout)) == (Status.CANCELLED, b"one")
    assert tell.call_count == 3
    assert not live.is_followed("job-1")


def test_only_what_is_followed_is_kept() -> None:
    live = Live()
    live.append("job-1", b"one", b"")
    assert live.output("job-1") is None
    live.expect("job-1")
    live.append("job-1", b"one", b"two")
    assert live.output("job-1") == (b"one", b"two")


def test_a_job_that_runs_is_kept_for_others_one_that_waits_is_not() -> None:
    live, tell = Live(), mock.Mock()
    for status, kept in ((Status.PENDING, False), (Status.RUNNING, True)):
        followed = live.follow("job-1", tell)
        if status is Status.RUNNING:
            live.begins("job-1")
        live.leave("job-1", followed, tell)
        assert live.is_followed("job-1") is kept


def test_after_the_end_of_the_service_nothing_is_told_or_kept() -> None:
    live, tell = Live(), mock.Mock()
    followed = live.follow("job-1", tell)
    live.close()
    assert (followed.closed, tell.call_count) == (True, 1)
    assert live.follow("job-2", tell).closed
    live.expect("job-3")
    assert not live.is_followed("job-2")
    assert not live.is_followed("job-3")
