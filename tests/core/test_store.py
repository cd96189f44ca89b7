"""The job store: every transition has one winner, and nothing that was submitted outlives the job."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from functions.aws import clients
from functions.core.job import InputFile, Job, NetworkMode, Status, Submission
from functions.core.service import cancelled_result, unfinished_result
from functions.core.store import LEASE_SECONDS, Beat, now_ms
from functions.core.sweeper import RESEND_SECONDS, Sweeper
from tests.aws import Cloud, cloud


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def put(aws: Cloud, job_id: str = "job-1", owner: str = "me", age_ms: int = 0, **fields: object) -> Job:
    job = Job(
        job_id=job_id,
        owner=owner,
        status=Status.PENDING,
        language="python",
        network_mode=NetworkMode.ZEROTRUST,
        created_ms=now_ms() - age_ms,
    )
    aws.store.put(job, Submission.model_validate({"language": "python", "code": "print(1)", **fields}))
    return job


def result(job: Job) -> dict[str, object]:
    return unfinished_result(job, Status.COMPLETED, "test")


def test_claim_has_one_winner_and_brings_the_submission(aws: Cloud) -> None:
    put(aws, env={"A": "ä"}, args=["x"], input_files=[{"content": "AP8="}], stdin="in", ttl=7)
    claim = aws.store.claim("job-1", "worker-1")
    assert claim
    assert aws.store.claim("job-1", "worker-2") is None
    assert claim.submission.env == {"A": "ä"}
    assert claim.submission.input_files == (InputFile(content=b"\x00\xff"),)
    assert (claim.submission.args, claim.submission.stdin, claim.submission.ttl) == (("x",), "in", 7)
    assert claim.job.status is Status.RUNNING
    assert claim.job.started_ms


def test_large_submission_and_result_live_in_s3_and_the_submission_goes(aws: Cloud) -> None:
    content = base64.b64encode(b"x" * 300_000).decode()
    job = put(aws, input_files=[{"content": content}])
    (key,) = aws.objects()
    assert key.startswith("payloads/")
    claim = aws.store.claim("job-1", "worker")
    assert claim
    assert claim.payload_key == key
    assert len(claim.submission.named_files()[0][1]) == 300_000
    large = {**result(job), "stdout": "ü" * 400_000}
    assert aws.store.finish("job-1", "worker", Status.COMPLETED, large)
    assert "results/job-1" in aws.objects()
    finished = aws.store.get("job-1")
    assert finished
    assert finished.result == large


def test_an_ended_job_keeps_nothing_that_was_submitted(aws: Cloud) -> None:
    job = put(aws, env={"SECRET": "s3cr3t"})
    aws.store.claim("job-1", "worker")
    aws.store.heartbeat("job-1", "worker", b"out", b"err")
    assert aws.store.finish("job-1", "worker", Status.COMPLETED, result(job))
    item = clients.dynamodb().get_item(TableName=aws.settings.jobs_table, Key={"job_id": {"S": "job-1"}})["Item"]
    assert "s3cr3t" not in str(item)
    assert not {"submission", "active_owner", "lease_until", "so_far", "cancel"} & set(item)
    assert int(item["expires_at"]["N"]) * 1000 > now_ms() + 23 * 3600 * 1000


def test_a_young_job_keeps_nothing_either(aws: Cloud) -> None:
    job = put(aws, env={"SECRET": "s3cr3t"})
    aws.store.claim("job-1", "worker")
    assert aws.store.finish("job-1", "worker", Status.COMPLETED, result(job), young=True)
    item = clients.dynamodb().get_item(TableName=aws.settings.jobs_table, Key={"job_id": {"S": "job-1"}})["Item"]
    assert "s3cr3t" not in str(item)
    assert not {"submission", "active_owner", "so_far"} & set(item)
    assert list(aws.store.scan_active()) == []


def test_only_the_worker_that_has_the_job_writes_to_it(aws: Cloud) -> None:
    job = put(aws)
    assert not aws.store.finish("job-1", "worker", Status.COMPLETED, result(job))
    aws.store.claim("job-1", "worker")
    assert not aws.store.finish("job-1", "other", Status.COMPLETED, result(job))
    assert aws.store.heartbeat("job-1", "other", b"", b"") is Beat.LOST
    assert aws.store.finish("job-1", "worker", Status.COMPLETED, result(job))
    assert not aws.store.finish("job-1", "worker", Status.TIMEOUT, result(job))
    assert aws.store.heartbeat("job-1", "worker", b"", b"") is Beat.LOST
    assert not aws.store.request_cancel("job-1")


def test_heartbeat_shows_output_and_hears_of_cancel(aws: Cloud) -> None:
    put(aws)
    aws.store.claim("job-1", "worker")
    assert aws.store.heartbeat("job-1", "worker", b"caf\xc3\xa9 \xff", b"!") is Beat.RENEWED
    job = aws.store.get("job-1")
    assert job
    assert (job.partial_stdout, job.partial_stderr) == ("café \ufffd", "!")
    assert aws.store.request_cancel("job-1")
    assert aws.store.heartbeat("job-1", "worker", b"", b"") is Beat.CANCEL
    assert aws.store.heartbeat("job-2", "worker", b"", b"") is Beat.LOST


def test_cancelled_pending_job_is_never_claimed(aws: Cloud) -> None:
    job = put(aws)
    assert aws.store.cancel_pending("job-1", cancelled_result(job))
    assert aws.store.claim("job-1", "worker") is None
    assert not aws.store.cancel_pending("job-1", cancelled_result(job))


def test_handed_back_job_is_claimed_again_unless_it_was_cancelled(aws: Cloud) -> None:
    put(aws)
    aws.store.claim("job-1", "worker-1")
    assert aws.store.hand_back("job-1", "worker-1")
    claim = aws.store.claim("job-1", "worker-2")
    assert claim
    assert claim.attempt == 2
    aws.store.request_cancel("job-1")
    assert not aws.store.hand_back("job-1", "worker-2")


def test_list_shows_only_the_owners_active_jobs_newest_first(aws: Cloud) -> None:
    old = put(aws, "old", age_ms=5000)
    put(aws, "new")
    put(aws, "foreign", owner="other")
    done = put(aws, "done", age_ms=9000)
    aws.store.claim("done", "worker")
    aws.store.finish("done", "worker", Status.COMPLETED, result(done))
    assert [job.job_id for job in aws.store.list_active("me")] == ["new", "old"]
    aws.store.claim("old", "worker")
    assert aws.store.list_active("me")[1].status is Status.RUNNING
    assert aws.store.list_active("nobody") == []
    assert old.owner == "me"


def test_sweep_ends_a_job_whose_worker_is_silent(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    put(aws)
    aws.store.claim("job-1", "worker")
    sweeper = Sweeper(aws.store, aws.dispatch)
    assert sweeper.sweep().helped == 0
    later = now_ms() + (LEASE_SECONDS + 60) * 1000
    monkeypatch.setattr("functions.core.sweeper.now_ms", lambda: later)
    assert sweeper.sweep().helped == 1
    assert sweeper.sweep().helped == 0
    job = aws.store.get("job-1")
    assert job
    assert job.result
    assert job.status is Status.COMPLETED
    assert job.result["success"] is False
    assert job.result["error"].startswith("platform:")
    assert not aws.store.finish("job-1", "worker", Status.COMPLETED, {})


def test_sweep_sends_again_what_was_never_sent_once_per_interval(aws: Cloud) -> None:
    put(aws, "fresh")
    put(aws, "stale", age_ms=(RESEND_SECONDS + 1) * 1000)
    sweeper = Sweeper(aws.store, aws.dispatch)
    assert sweeper.sweep().helped == 1
    assert sweeper.sweep().helped == 0
    message = aws.queue.receive("python-zerotrust", 0)
    assert message
    assert message.job_id == "stale"
    assert aws.queue.receive("python-zerotrust", 0) is None
    assert [request.pool for request in aws.launches()] == ["python-zerotrust"]


def test_more_active_jobs_than_one_batch(aws: Cloud) -> None:
    for number in range(130):
        put(aws, f"job-{number}")
    assert len(list(aws.store.scan_active())) == 130
    assert len(aws.store.list_active("me")) == 100
