"""What the endpoints that start jobs have in common: the job takes the slot that its request claimed."""

from __future__ import annotations

from typing import Any, Final

from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api import answers, request_id
from functions.api.dependencies import services
from functions.api.idempotency import once
from functions.core.job import Job, Submission
from functions.core.keystore import Admission

AWAITED: Final = "awaited"  # in a response of handler(): the id of the job whose end its caller waits for


def submit(router: Router, submission: Submission, *, awaited: bool, detected_language: str | None = None) -> Job:
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
    )
    if submitted.new:
        router.context.pop("slot", None)  # the job's now; the resolver releases what is left
    return submitted.job


def run(router: Router, submission: Submission, detected_language: str | None = None) -> dict[str, Any]:
    """Run a job and wait: its Result, or where to poll when it outlasts the line."""
    api = services()
    job = submit(router, submission, awaited=True, detected_language=detected_language)
    if api.waits_outside:
        router.context[AWAITED] = job.job_id
        return answers.waited(job)
    ended = api.jobs.wait(job, api.sync_wait_seconds)
    slot = router.context["admission"].slot
    if slot and not ended.active:
        api.keys.ended(slot)
    return answers.waited(ended)
