"""POST /execute/batch: submit many programs in one request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, Field, ValidationError

from functions.api import errors, request_id
from functions.api.authentication import use_signature
from functions.api.dependencies import services
from functions.api.errors import NotAnObjectError
from functions.api.idempotency import once
from functions.api.openapi.models import BatchAnswer
from functions.api.openapi.routes import BATCH, answers
from functions.core import limits
from functions.core.batches import Accepted, Entry
from functions.core.job import Submission

router = Router()

ERRORS: Final = (400, 409, 413, 415, 422)
# Anything is taken here: a submission that isn't valid is refused alone, not the whole batch.
ITEMS: Final[dict[str, Any]] = {"anyOf": [{"$ref": "#/components/schemas/Submission"}, {}]}


class Batch(BaseModel):
    """Submissions that are accepted or refused one by one."""

    submissions: list[Any] = Field(
        min_length=1,
        max_length=limits.BATCH_JOBS,
        description="each as /execute takes it; the uploads that they name may have 10 MiB together",
        json_schema_extra={"items": ITEMS},
    )


@router.post("/execute/batch", responses=answers(BatchAnswer, *ERRORS), openapi_extensions=BATCH)
def execute_batch(batch: Annotated[Batch, Body()]) -> dict[str, Any]:
    """Submit up to 100 programs at once.

    Each is accepted or refused on its own: `jobs` has, in the order of `submissions`, a `job_id` and `status`, or the
    `error` and `message` that the submission alone would have got. Poll `GET /jobs?ids=…` for many at once. Each job
    counts as a request and takes a place of the key's; those beyond either limit are refused. An `Idempotency-Key`
    covers the whole batch: the same request again gets the jobs of the first, and what that refused stays refused.
    """
    admission, event = router.context["admission"], router.current_event
    repeatable = once(event)
    use_signature(event, admission)
    entries = [_entry(each) for each in batch.submissions]
    submitted = services().batches.submit(admission, entries, repeatable, request_id.current())
    router.context["rate"] = submitted.rate
    return {"jobs": [_answer(each) for each in submitted.outcomes]}


def _entry(sent: object) -> Entry:
    if not isinstance(sent, Mapping):
        return NotAnObjectError("The submission")
    try:
        return Submission.model_validate(sent)
    except ValidationError as refusal:
        return refusal


def _answer(outcome: Accepted | Exception) -> dict[str, Any]:
    if isinstance(outcome, Accepted):
        return {"job_id": outcome.job_id, "status": outcome.status}
    return errors.body_of(outcome)
