"""GET /jobs, GET and DELETE /jobs/{id}: follow and cancel jobs."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api.answers import cancelled, detailed, listed, one_of_many
from functions.api.dependencies import services
from functions.api.openapi.models import Cancelled, JobAnswer, JobList, JobsByIds
from functions.api.openapi.routes import MANY, answers
from functions.core import limits
from functions.core.errors import InvalidFieldError

router = Router()


@router.get("/jobs", responses=answers(JobList | JobsByIds, 422), openapi_extensions=MANY)
def list_jobs() -> dict[str, Any]:
    """List this key's pending and running jobs, newest first, or look at those that are named.

    With `ids` each job is as `GET /jobs/{job_id}` shows it, without `partial`, in the order of the ids. Results have
    2.5 MiB together: one that doesn't fit is left out, and `result_left_out` says so.
    """
    jobs = services().jobs
    sent = router.current_event.resolved_query_string_parameters.get("ids")
    if sent is None:
        return {"jobs": [listed(job) for job in jobs.list_active(_owner())]}
    ids = _ids(sent)
    found = jobs.get_many(_owner(), ids, limits.BATCH_ANSWER_BYTES)
    return {"jobs": [one_of_many(job_id, found.get(job_id)) for job_id in ids]}


@router.get("/jobs/<job_id>", responses=answers(JobAnswer, 404))
def get_job(job_id: str) -> dict[str, Any]:
    """Show one job, with its result once it has ended.

    While it runs, `partial` holds the last 64 KiB of each stream: a second old, or up to 16 where they are full. A
    finished job can be read for 24 hours. `webhook` says how far its delivery has come, where it has one. Another
    key's job is a 404, the same as none.
    """
    return detailed(services().jobs.get(_owner(), job_id))


@router.delete("/jobs/<job_id>", responses=answers(Cancelled, 404, 409))
def cancel_job(job_id: str) -> dict[str, Any]:
    """Cancel a pending or running job.

    A pending job never runs. A running one is killed within 2 seconds, and its output until then comes back. One that
    has ended already is a 409.
    """
    return cancelled(services().jobs.cancel(_owner(), job_id))


def _ids(sent: list[str]) -> list[str]:
    """Return the ids in a query string, each once. Raises InvalidFieldError."""
    ids = [each.strip() for text in sent for each in text.split(",")]
    if "" in ids or len(ids) > limits.BATCH_JOBS:
        message = f"ids must be 1 to {limits.BATCH_JOBS} jobs' ids with commas between."
        raise InvalidFieldError("ids", message)
    return list(dict.fromkeys(ids))


def _owner() -> str:
    public_key: str = router.context["key"].public_key
    return public_key
