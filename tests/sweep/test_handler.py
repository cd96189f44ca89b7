from __future__ import annotations

import json

import pytest

from functions.core.sweeper import GIVE_UP_SECONDS, RESEND_SECONDS
from functions.sweep.app import handler, logger
from tests.aws import cloud
from tests.jobs import put

STALE_SECONDS = RESEND_SECONDS + 1


def test_the_handler_sends_a_stale_job_again_and_logs_what_it_saw(caplog: pytest.LogCaptureFixture) -> None:
    with cloud() as aws:
        put(aws, "fresh")
        put(aws, "stale", age_ms=STALE_SECONDS * 1000)
        put(aws, "runs")
        assert aws.store.claim("runs", "worker")
        swept = handler({})
        assert aws.messages("python-zerotrust") == 1
    assert STALE_SECONDS <= swept.pop("oldest_pending_seconds") < STALE_SECONDS + 60
    assert swept == {"pending": 2, "running": 1, "helped": 1}
    line = json.loads(logger.registered_formatter.format(caplog.records[-1]))
    assert line["message"] == "swept"
    assert {"pending", "running", "oldest_pending_seconds", "helped"} <= line.keys()


def test_nothing_to_do_is_zeros() -> None:
    with cloud():
        assert set(handler({}).values()) == {0}


def test_a_job_that_no_worker_takes_ends() -> None:
    with cloud() as aws:
        put(aws, "forgotten", age_ms=(GIVE_UP_SECONDS + 1) * 1000)
        assert handler({})["helped"] == 1
        job = aws.store.get("forgotten")
        assert job and job.result
        assert (job.status, job.result["success"], job.result["exit_code"]) == ("completed", False, -1)
        assert job.result["error"].startswith("platform: no worker took the job within an hour")
        assert handler({})["pending"] == 0
