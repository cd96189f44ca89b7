"""Jobs for tests, recorded without the API."""

from __future__ import annotations

from typing import Any, Protocol

from functions.core.files import FileStore
from functions.core.job import Job, NetworkMode, Status, Submission
from functions.core.service import unfinished_result
from functions.core.store import JobStore, now_ms
from functions.core.webhooks import Delivery


class HasStore(Protocol):
    @property
    def store(self) -> JobStore: ...


class HasFiles(HasStore, Protocol):
    @property
    def files(self) -> FileStore: ...


def new_job(job_id: str = "job-1", owner: str = "me", age_ms: int = 0) -> Job:
    return Job(
        job_id=job_id,
        owner=owner,
        status=Status.PENDING,
        language="python",
        network_mode=NetworkMode.ZEROTRUST,
        created_ms=now_ms() - age_ms,
    )


def put(storage: HasStore, job_id: str = "job-1", owner: str = "me", age_ms: int = 0, **fields: object) -> Job:
    """Record a pending job; `fields` are its submission's."""
    job = new_job(job_id, owner, age_ms)
    storage.store.put(job, Submission.model_validate({"language": "python", "code": "print(1)", **fields}))
    return job


def put_with_webhook(storage: HasStore, job_id: str = "job-1", owner: str = "me", **delivery: object) -> Job:
    """Record a pending job that has a webhook."""
    webhook = Delivery.model_validate({"url": "https://example.com/hook", **delivery})
    job = new_job(job_id, owner).model_copy(update={"webhook": webhook})
    storage.store.put(job, Submission(language="python", code="print(1)"))
    return job


def result(job: Job) -> dict[str, Any]:
    return unfinished_result(job, Status.COMPLETED, "test")


def end_with_much(storage: HasFiles, job_id: str) -> None:
    """Have a job that ended with more than an item holds, and take the file away as from one who may not read it."""
    job = put(storage, job_id)
    assert storage.store.claim(job_id, "worker")
    assert storage.store.finish(job_id, "worker", Status.COMPLETED, {**result(job), "stdout": "x" * 500_000})
    storage.files.delete(f"results/{job_id}")
