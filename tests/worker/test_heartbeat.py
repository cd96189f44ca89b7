"""The heartbeat where storage doesn't take it: put off for a while, or for good."""

from __future__ import annotations

import time
from unittest import mock

import pytest

from functions.core.errors import StorageError
from functions.core.job import Submission
from functions.core.store import LEASE_SECONDS, Beat, Claim
from functions.core.work import WorkQueue
from runtime_images.worker import heartbeat
from runtime_images.worker.heartbeat import Heartbeat
from runtime_images.worker.runner import Streams
from runtime_images.worker.sandbox.contract import Stop
from tests.jobs import new_job

PROGRAM = Submission(language="python", code="1")


def beating(monkeypatch: pytest.MonkeyPatch, beats: list[Beat | StorageError], hold: float) -> tuple[bool, int]:
    """Beat until these were answered; return whether the job was lost, and how many beats there were."""
    monkeypatch.setattr(heartbeat, "HOLD_SECONDS", hold)
    work = mock.create_autospec(WorkQueue, instance=True, beat_seconds=0.01, news=None)
    work.heartbeat.side_effect = beats
    stop = Stop()
    with Heartbeat(work, Claim(new_job(), PROGRAM, None, 1), Streams(), stop) as running:
        deadline = time.monotonic() + 5
        while work.heartbeat.call_count < len(beats) and not running.lost and time.monotonic() < deadline:
            time.sleep(0.005)
    stop.close()
    return running.lost, work.heartbeat.call_count


def test_a_throttled_table_takes_no_job_from_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    assert heartbeat.HOLD_SECONDS > LEASE_SECONDS >= 20
    throttled = [StorageError("throttled")] * 10
    assert beating(monkeypatch, [*throttled, Beat.RENEWED, *throttled], hold=5) == (False, 21)


def test_a_worker_that_reaches_nothing_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    lost, beats = beating(monkeypatch, [StorageError("gone")] * 1000, hold=0.1)
    assert lost
    assert beats < 50


def test_whoever_lost_his_job_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert beating(monkeypatch, [StorageError("throttled"), Beat.LOST, Beat.RENEWED], hold=5) == (True, 2)
