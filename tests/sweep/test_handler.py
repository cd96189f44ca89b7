from __future__ import annotations

import json
from typing import Any
from unittest import mock

import pytest
from botocore.client import BaseClient

from functions.aws import jobs
from functions.core.store import PATIENCE_SECONDS
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
    assert swept == {"pending": 2, "running": 1, "helped": 1, "spared": 0, "webhooks": 0}
    line = json.loads(logger.registered_formatter.format(caplog.records[-1]))
    assert line["message"] == "swept"
    assert {"pending", "running", "oldest_pending_seconds", "helped"} <= line.keys()


@pytest.mark.parametrize(
    ("status", "out_for", "ends"),
    [("RUNNING", 10, False), ("RUNNING", PATIENCE_SECONDS + 10, True), ("STOPPED", 10, True), (None, 10, True)],
)
def test_a_throttled_workers_job_is_spared_for_a_while_and_a_dead_ones_is_not(
    monkeypatch: pytest.MonkeyPatch, status: str | None, out_for: int, ends: bool
) -> None:
    """Both are silent; ECS knows which of them lives."""
    genuine = BaseClient._make_api_call  # type: ignore[attr-defined]

    def call(client: BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
        if operation != "DescribeTasks":
            return genuine(client, operation, arguments)
        assert arguments == {"cluster": "code-execution", "tasks": ["task-1"]}
        return {"tasks": [{"lastStatus": status}] if status else [], "failures": []}

    with cloud() as aws, mock.patch.object(BaseClient, "_make_api_call", call):
        put(aws, "job")
        monkeypatch.setattr(jobs, "LEASE_SECONDS", -out_for)
        assert aws.store.claim("job", "task-1")
        swept = handler({})
        assert (swept["helped"], swept["spared"]) == (int(ends), int(not ends))
        job = aws.store.get("job")
        assert job and job.active is not ends


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
