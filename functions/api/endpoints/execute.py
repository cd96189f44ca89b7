"""POST /execute and /execute/async: run code."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.api import answers, running
from functions.api.resolver import RUNS
from functions.core.job import Submission

router = Router()


@router.post("/execute", openapi_extensions=RUNS)
def execute(submission: Annotated[Submission, Body()]) -> dict[str, Any]:
    """Run code, wait, and answer with the Result."""
    return running.run(router, submission)


@router.post("/execute/async", openapi_extensions=RUNS)
def execute_async(submission: Annotated[Submission, Body()]) -> dict[str, Any]:
    """Accept code and answer with the job's id at once."""
    return answers.accepted(running.submit(router, submission, awaited=False))
