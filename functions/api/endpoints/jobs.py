"""GET /jobs, GET and DELETE /jobs/{id}: follow and cancel jobs."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api.answers import cancelled, detailed, listed
from functions.api.dependencies import services
from functions.api.openapi.models import Cancelled, JobAnswer, JobList
from functions.api.openapi.routes import answers

router = Router()


@router.get("/jobs", responses=answers(JobList))
def list_jobs() -> dict[str, Any]:
    """List this key's pending and running jobs, newest first."""
    return {"jobs": [listed(job) for job in services().jobs.list_active(_owner())]}


@router.get("/jobs/<job_id>", responses=answers(JobAnswer, 404))
def get_job(job_id: str) -> dict[str, Any]:
    """Show one job, with its result once it has ended.

    While it runs, `partial` holds the last 64 KiB of each stream: a second old, or up to 16 where they are full. A
    finished job can be read for 24 hours. Another key's job is a 404, the same as none.
    """
    return detailed(services().jobs.get(_owner(), job_id))


@router.delete("/jobs/<job_id>", responses=answers(Cancelled, 404, 409))
def cancel_job(job_id: str) -> dict[str, Any]:
    """Cancel a pending or running job.

    A pending job never runs. A running one is killed within 2 seconds, and its output until then comes back. One that
    has ended already is a 409.
    """
    return cancelled(services().jobs.cancel(_owner(), job_id))


def _owner() -> str:
    public_key: str = router.context["key"].public_key
    return public_key
