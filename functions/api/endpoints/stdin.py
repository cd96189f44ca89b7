"""POST /jobs/{id}/stdin: what a running program reads next."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.api.dependencies import services
from functions.api.openapi.models import InputTaken
from functions.api.openapi.routes import answers
from functions.core.job import StdinPart

router = Router()


@router.post("/jobs/<job_id>/stdin", responses=answers(InputTaken, 400, 404, 409, 413, 415, 422))
def send_stdin(job_id: str, sent: Annotated[StdinPart, Body()]) -> dict[str, Any]:
    """Send a program more to read.

    For a job that was submitted with `"stdin_open": true`, pending or running: its program reads `stdin` first, then
    what is sent here, in order, until `eof`. It comes within 50 ms on one machine, in the cloud within 2 seconds.
    At most 64 KiB at once and 1 MiB in all. A job that has ended, or whose stdin isn't open, is a 409; a 429
    `stdin_full` means that its worker has yet to take what was sent before.
    """
    received = services().jobs.give_input(router.context["key"].public_key, job_id, sent.data.encode(), eof=sent.eof)
    return {"job_id": job_id, "received": received}
