"""What the endpoints that start jobs have in common: the job takes the slot that its request claimed."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api import answers, event_stream, request_id
from functions.api.dependencies import services
from functions.api.event_stream import Following
from functions.api.idempotency import once
from functions.core.events import Position
from functions.core.job import Job, Submission
from functions.core.keystore import Admission

JSON: Final = "application/json"
STREAMED: Final = "streamed"  # in a response of handler(): the Following whose events are its body
STREAMS: Final = "streams"  # in an event: whether the server that made it can stream
COLLECTED_BYTES: Final = 4_000_000  # of events in an answer that is sent whole
AWAITED: Final = "awaited"  # in a response of handler(): the id of the job whose end its caller waits for


def submit(
    router: Router,
    submission: Submission,
    *,
    awaited: bool,
    detected_language: str | None = None,
    watched: bool = False,
) -> Job:
    """Record a job for the caller, or find the one that the same request made before."""
    admission: Admission = router.context["admission"]
    repeatable = once(router.current_event)
    submitted = services().jobs.submit(
        admission.key.public_key,
        submission,
        awaited=awaited,
        detected_language=detected_language,
        job_id=admission.job_id,
        fingerprint=repeatable.fingerprint if repeatable else None,
        request_id=request_id.current(),
        default_webhook=admission.key.webhook,
        watched=watched,
    )
    if submitted.new:
        router.context.pop("slot", None)  # the job's now; the resolver releases what is left
    return submitted.job


def wants_events(router: Router) -> bool:
    """Whether the caller would rather have the job's events than its Result: he names them first."""
    for each in router.current_event.headers.get("accept", "").lower().split(","):
        kind, *parameters = (part.strip() for part in each.split(";"))
        if kind in (JSON, event_stream.MEDIA_TYPE) and "q=0" not in parameters:
            return kind == event_stream.MEDIA_TYPE
    return False


def follow(router: Router, job: Job, position: Position) -> Response[str]:
    """Answer with a job's events from a position on, as they happen where the server can stream."""
    api, most = services(), router.context["key"].concurrency
    job = job.model_copy(update={"result": None, "partial_stdout": "", "partial_stderr": ""})  # not held for so long
    following = Following(lambda: api.feeds.open(job, most), position)
    body = ""
    if router.current_event.http_method == "HEAD":
        pass  # it has no body
    elif router.current_event.get(STREAMS):
        router.context[STREAMED] = following
    else:
        body = asyncio.run(event_stream.collected(following, api.sync_wait_seconds, COLLECTED_BYTES)).decode()
    headers: dict[str, Any] = dict(event_stream.HEADERS)
    return Response(200, event_stream.MEDIA_TYPE, body, headers=headers)


def run(
    router: Router, submission: Submission, detected_language: str | None = None
) -> dict[str, Any] | Response[str]:
    """Run a job and wait: its Result, or where to poll when it outlasts the line; or its events, if wanted."""
    api = services()
    if wants_events(router):
        job = submit(router, submission, awaited=False, detected_language=detected_language, watched=True)
        return follow(router, job, Position())
    job = submit(router, submission, awaited=True, detected_language=detected_language)
    if api.waits_outside:
        router.context[AWAITED] = job.job_id
        return answers.waited(job)
    ended = api.jobs.wait(job, api.sync_wait_seconds)
    slot = router.context["admission"].slot
    if slot and not ended.active:
        api.keys.ended(slot)
    return answers.waited(ended)
