"""JobService: what happens between a customer's request and a worker, with workers played by the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from functions.aws import dispatch, pace
from functions.aws.dispatch import AwsDispatch
from functions.core import service
from functions.core.errors import JobNotActiveError, NotFoundError, UnavailableError, UnknownLanguageError
from functions.core.job import Job, Status, Submission
from functions.core.languages import catalog
from functions.core.offer import Offer
from functions.core.service import JobService, unfinished_result
from functions.core.uploads import Uploads
from tests.aws import Cloud, cloud
from tests.jobs import new_job

OFFER = Offer(
    warm_pools=frozenset({"python-zerotrust"}),
    missing_languages={"tcl": "Tcl is not installed: run 'apt-get install -y tcl'."},
    missing_modes={"semitrusted": "semitrusted needs slirp4netns."},
)


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


@pytest.fixture
def jobs(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> JobService:
    monkeypatch.setattr(pace, "FIRST_LOOK", 0.01)
    monkeypatch.setattr(dispatch, "WARM_START_SECONDS", 0.03)
    monkeypatch.setattr(service, "CANCEL_SECONDS", 0.1)
    return JobService(
        aws.store,
        AwsDispatch(aws.store, aws.queue, OFFER.warm_pools),
        catalog(),
        OFFER,
        Uploads(aws.files),
        aws.store.inputs,
    )


def submit(jobs: JobService, language: str = "python", *, awaited: bool = True, **fields: object) -> Job:
    submission = Submission.model_validate({"language": language, "code": "1", **fields})
    return jobs.submit("me", submission, awaited=awaited).job


def launches(aws: Cloud) -> list[str]:
    return [request.pool for request in aws.launches()]


def test_a_cold_pool_is_asked_for_a_worker_at_once(aws: Cloud, jobs: JobService) -> None:
    submit(jobs, "PERL")
    assert launches(aws) == ["perl-zerotrust"]
    assert aws.messages("perl-zerotrust") == 1


def test_a_warm_pool_is_asked_only_when_it_leaves_the_job_pending(aws: Cloud, jobs: JobService) -> None:
    job = submit(jobs)
    assert launches(aws) == []
    assert jobs.wait(job, 0.2).status is Status.PENDING
    assert launches(aws) == ["python-zerotrust"], "once, however often it looked"


def test_nobody_watches_an_async_job_so_its_warm_pool_is_asked_later(aws: Cloud, jobs: JobService) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "WARM_START_SECONDS", 1)  # SQS delays by whole seconds
        submit(jobs, awaited=False)
    assert launches(aws) == []
    assert [request.pool for request in aws.launches(wait_seconds=3)] == ["python-zerotrust"]


def test_many_jobs_are_sent_to_their_pools_at_once(aws: Cloud) -> None:
    many = [new_job(f"job-{number}") for number in range(12)]
    cold = new_job("cold").model_copy(update={"language": "bash", "request_id": "trace"})
    AwsDispatch(aws.store, aws.queue, OFFER.warm_pools).send_all([*many, cold])
    assert [aws.messages(pool) for pool in ("python-zerotrust", "bash-zerotrust", "launch")] == [12, 1, 13]
    assert [(each.job_id, each.request_id) for each in aws.launches()] == [("cold", "trace")], "the others wait a bit"


def test_what_cannot_run_is_refused_and_nothing_recorded(aws: Cloud, jobs: JobService) -> None:
    with pytest.raises(UnavailableError, match="apt-get install -y tcl"):
        submit(jobs, "tcl")
    with pytest.raises(UnavailableError, match="slirp4netns"):
        submit(jobs, network="semitrusted")
    with pytest.raises(UnknownLanguageError):
        submit(jobs, "pythn")
    assert (aws.items(), aws.messages("python-zerotrust")) == (0, 0)


def test_wait_returns_the_job_as_soon_as_it_has_ended(aws: Cloud, jobs: JobService) -> None:
    job = submit(jobs)
    aws.store.claim(job.job_id, "worker")
    aws.store.finish(job.job_id, "worker", Status.COMPLETED, unfinished_result(job, Status.COMPLETED, "test"))
    assert jobs.wait(job, 5).status is Status.COMPLETED


def test_cancel_of_a_job_whose_worker_is_gone(aws: Cloud, jobs: JobService) -> None:
    job = submit(jobs)
    aws.store.claim(job.job_id, "worker")
    aws.store.heartbeat(job.job_id, "worker", b"half", b"")
    cancelled = jobs.cancel("me", job.job_id)
    assert cancelled.status is Status.CANCELLED
    assert cancelled.result
    assert (cancelled.result["stdout"], cancelled.result["exit_code"]) == ("half", -1)
    with pytest.raises(JobNotActiveError):
        jobs.cancel("me", job.job_id)


def test_anothers_job_is_none(jobs: JobService) -> None:
    job = submit(jobs)
    for owner, job_id in (("other", job.job_id), ("me", "x"), ("me", "../" + job.job_id)):
        with pytest.raises(NotFoundError):
            jobs.get(owner, job_id)
        with pytest.raises(NotFoundError):
            jobs.cancel(owner, job_id)
