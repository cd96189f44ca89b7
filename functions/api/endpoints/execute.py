"""POST /execute and /execute/async: run code."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.api import answers
from functions.api.dependencies import services
from functions.api.idempotency import once
from functions.core.job import Submission

router = Router()


@router.post("/execute")
def execute(submission: Annotated[Submission, Body()]) -> dict[str, Any]:
    """Run code, wait, and answer with the Result."""
    api = services()
    owner = router.context["key"].public_key
    job = api.jobs.submit(owner, submission, awaited=True, once=once(router.current_event))
    return answers.waited(api.jobs.wait(job, api.sync_wait_seconds))


@router.post("/execute/async")
def execute_async(submission: Annotated[Submission, Body()]) -> dict[str, Any]:
    """Accept code and answer with the job's id at once."""
    owner = router.context["key"].public_key
    job = services().jobs.submit(owner, submission, awaited=False, once=once(router.current_event))
    return answers.accepted(job)
