"""The JSON objects that endpoints share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from functions.api import errors
from functions.core.errors import NotFoundError
from functions.core.job import Job
from functions.core.service import NO_JOB


def waited(job: Job) -> dict[str, Any]:
    """Answer a sync caller: the Result, or where to poll when the job outlasts the line."""
    if job.result is None:
        return {"job_id": job.job_id, "status": "running"}
    return job.result


def accepted(job: Job) -> dict[str, Any]:
    """Answer an async caller."""
    message = f"Job accepted; poll GET /jobs/{job.job_id} for its result."
    return {"job_id": job.job_id, "status": job.status, "message": message}


def listed(job: Job) -> dict[str, Any]:
    """Return a job as GET /jobs lists it."""
    submitted = datetime.fromtimestamp(job.created_ms / 1000, UTC).isoformat(timespec="milliseconds")
    return {
        "job_id": job.job_id,
        "status": job.status,
        "language": job.language,
        "network_mode": job.network_mode,
        "submitted_at": submitted.replace("+00:00", "Z"),
        "created_at": job.created_ms // 1000,
    }


def detailed(job: Job) -> dict[str, Any]:
    """Return a job as GET /jobs/{id} shows it."""
    return job.wire()


def one_of_many(job_id: str, job: Job | None) -> dict[str, Any]:
    """Return a job, or that there is none, as GET /jobs?ids=… shows it."""
    if job is None:
        return {"job_id": job_id, **errors.body_of(NotFoundError(NO_JOB))}
    body = detailed(job)
    body.pop("partial", None)  # it isn't looked up
    if not job.active and job.result is None:
        body["result_left_out"] = True
    return body


def cancelled(job: Job) -> dict[str, Any]:
    """Answer DELETE /jobs/{id}: the result, and its main fields once more at the top."""
    result = job.result or {}
    repeated: dict[str, Any] = {
        name: result[name] for name in ("stdout", "stderr", "success", "artifacts") if name in result
    }
    return {
        "message": "Job cancelled",
        "job_id": job.job_id,
        "status": job.status,
        "result": job.result,
        **repeated,
    }
