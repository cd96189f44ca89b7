"""GET /jobs, GET and DELETE /jobs/{id}: follow and cancel jobs."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api import answers
from functions.api.dependencies import services

router = Router()


@router.get("/jobs")
def list_jobs() -> dict[str, Any]:
    """List this key's pending and running jobs, newest first."""
    return {"jobs": [answers.listed(job) for job in services().jobs.list_active(_owner())]}


@router.get("/jobs/<job_id>")
def get_job(job_id: str) -> dict[str, Any]:
    """Show one job, with its result once it has ended."""
    return answers.detailed(services().jobs.get(_owner(), job_id))


@router.delete("/jobs/<job_id>")
def cancel_job(job_id: str) -> dict[str, Any]:
    """Cancel a pending or running job."""
    return answers.cancelled(services().jobs.cancel(_owner(), job_id))


def _owner() -> str:
    public_key: str = router.context["key"].public_key
    return public_key
