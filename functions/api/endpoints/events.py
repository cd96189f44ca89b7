"""GET /jobs/{id}/events: what happens to a job, as server-sent events."""

from __future__ import annotations

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api import running
from functions.api.dependencies import services
from functions.api.openapi.routes import EVENTS
from functions.core.errors import InvalidFieldError
from functions.core.events import END, FORM, Position

router = Router()

LAST: Final[dict[str, Any]] = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "the id of the last event that came: the answer goes on from there",
    "schema": {"type": "string", "pattern": f"^{FORM.pattern}$"},
}
ANSWERS: Final[dict[int, Any]] = {
    200: {"description": "events", "content": EVENTS},
    204: {"description": "the event of that id was the last: there is nothing more to come for", "content": {}},
    404: {"description": "", "content": {}},
    422: {"description": "", "content": {}},
}


@router.get("/jobs/<job_id>/events", responses=ANSWERS, openapi_extensions={"parameters": [LAST]})
def get_events(job_id: str) -> Response[str]:
    """Tell what happens to a job, as it happens.

    Server-sent events: `status` (`{"status", "job_id"}`, with `pending` or `running`), `stdout` and `stderr`
    (`{"offset", "text"}`, the offset in bytes of the stream as the Result has it), and `result`, the Result, which is
    the last. All of both streams is told, up to the 2 MiB that are kept. A comment every 15 seconds keeps the line.
    A line may end before the job, after 14 minutes in the cloud; an `error` (`{"error", "message", "job_id"}`) says
    that the service can't hold it. It is taken up again by this route with `Last-Event-ID`: nothing is lost or told
    twice. Where answers aren't streamed, each has what happened within some seconds.
    """
    job = services().jobs.get(router.context["key"].public_key, job_id)
    position = _position(router.current_event.headers.get("last-event-id", ""))
    if position.status == END:
        return Response(204, body="")
    return running.follow(router, job, position)


def _position(sent: str) -> Position:
    """Return where the events go on. Raises InvalidFieldError."""
    try:
        return Position.parse(sent) if sent else Position()
    except ValueError:
        message = "Last-Event-ID must be the id of an event of this job; leave it out to begin at the beginning."
        raise InvalidFieldError("Last-Event-ID", message) from None
