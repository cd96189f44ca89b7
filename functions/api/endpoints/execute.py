"""POST /execute and /execute/async: run code."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.api import answers
from functions.api.dependencies import services
from functions.core.job import Submission

router = Router()


@router.post("/execute")
def execute(submission: Annotated[Submission, Body()]) -> dict[str, Any]:
    """Run code, wait, and answer with the Result."""
    api = services()
    job = api.jobs.submit(router.context["key"].public_key, submission, awaited=True)
    return answers.waited(api.jobs.wait(job, api.sync_wait_seconds))


@router.post("/execute/async")
def execute_async(submission: Annotated[Submission, Body()]) -> dict[str, Any]:
    """Accept code and answer with the job's id at once."""
    job = services().jobs.submit(router.context["key"].public_key, submission, awaited=False)
    return answers.accepted(job)
