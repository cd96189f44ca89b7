"""POST /execute and /execute/async: run code."""

from __future__ import annotations

from typing import Annotated, Any, Final

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.api import running
from functions.api.answers import accepted
from functions.api.openapi.models import Accepted, ResultAnswer, StillRunning
from functions.api.openapi.routes import EXECUTE, answers
from functions.core.job import Submission

router = Router()

ERRORS: Final = (400, 409, 413, 415, 422)


@router.post(
    "/execute", responses=answers(ResultAnswer | StillRunning, *ERRORS, events=True), openapi_extensions=EXECUTE
)
def execute(submission: Annotated[Submission, Body()]) -> Any:
    """Run code, wait, and answer with the Result.

    A program that fails is still a 200: `success`, `exit_code`, `stderr` and `error` tell. Where the job outlasts
    the line, the answer is `{"job_id", "status": "running"}`: poll `GET /jobs/{job_id}`. With `Accept:
    text/event-stream` the answer is the job's events, as `GET /jobs/{job_id}/events` has them; that route goes on
    where the line breaks.
    """
    return running.run(router, submission)


@router.post("/execute/async", responses=answers(Accepted, *ERRORS), openapi_extensions=EXECUTE)
def execute_async(submission: Annotated[Submission, Body()]) -> dict[str, Any]:
    """Accept code and answer with the job's id at once.

    Poll `GET /jobs/{job_id}` until its `status` is `completed`, `timeout` or `cancelled`.
    """
    return accepted(running.submit(router, submission, awaited=False))
