"""JobService: what the API can do with jobs, whoever asks over whatever transport."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from functions.core.dispatch import Dispatch
from functions.core.errors import (
    BusyError,
    IdempotencyKeyReusedError,
    InvalidFieldError,
    JobNotActiveError,
    NotFoundError,
    UnavailableError,
)
from functions.core.inputs import Inputs
from functions.core.intake import WebhookIntake
from functions.core.invocation import invocation
from functions.core.job import Job, Result, Status, Submission
from functions.core.languages import Catalog, Language
from functions.core.offer import Offer
from functions.core.store import JobStore, now_ms
from functions.core.uploads import Uploads
from functions.core.webhooks import Delivery

ONCE_NAMESPACE: Final = uuid.UUID("7d1fbd1e-3b0c-5e0e-9c39-0d2b3e0a6f11")
NO_JOB: Final = "There is no job with this id; finished jobs are kept for 24 hours."
KEY_REUSED: Final = "This Idempotency-Key came with another request before; use a new key for a new request."
CANCEL_SECONDS: Final = 5  # how long a running job's worker has to end it before the API does


@dataclass(frozen=True, slots=True)
class Once:
    """An Idempotency-Key and a fingerprint of the request that it came with.

    The job's id follows from the key, so the jobs table's own condition lets one of any number of simultaneous
    requests in, and there is no second record that a crash could leave without a job.
    """

    key: str
    fingerprint: str

    def job_id(self, account: str) -> str:
        """Return the id of the job that this key stands for, for this customer."""
        return str(uuid.uuid5(ONCE_NAMESPACE, f"{account}\n{self.key}"))


class Submitted(NamedTuple):
    """A job, and whether this submission made it: a repeated one gets the first's."""

    job: Job
    new: bool


def new_job_id() -> str:
    """Return the id for a job that is nobody's yet."""
    return str(uuid.uuid4())


class JobService:
    """Submits, finds, awaits and cancels one customer's jobs at a time; `owner` is his public key."""

    def __init__(
        self,
        store: JobStore,
        dispatch: Dispatch,
        catalog: Catalog,
        offer: Offer,
        uploads: Uploads,
        inputs: Inputs,
        webhooks: WebhookIntake | None = None,
    ) -> None:
        """Make it; without `webhooks` it takes no submission that has one."""
        self._webhooks = webhooks
        self._store = store
        self._inputs = inputs
        self._dispatch = dispatch
        self._catalog = catalog
        self._offer = offer
        self._uploads = uploads
        self._closed = False

    def close(self) -> None:
        """Take no more jobs: the service is being stopped."""
        self._closed = True

    def submit(
        self,
        owner: str,
        submission: Submission,
        *,
        awaited: bool,
        detected_language: str | None = None,
        job_id: str | None = None,
        fingerprint: str | None = None,
        request_id: str | None = None,
        default_webhook: str | None = None,
        watched: bool = False,
    ) -> Submitted:
        """Record a job and tell its pool; `awaited` promises that the caller goes on to `wait`.

        `default_webhook`: the URL of the submission's webhook where it names none. `watched`: its output is to be
        passed on as it comes, from its start.

        A `job_id` that is recorded already gets the job of then, if its request had the same `fingerprint`.
        Raises UnknownLanguageError, UnavailableError, InvalidFieldError, TooLargeError, IdempotencyKeyReusedError and
        BusyError, and then nothing was recorded.
        """
        planned = self.plan(owner, submission, request_id, default_webhook)
        job = planned.model_copy(
            update={
                "job_id": job_id or planned.job_id,
                "fingerprint": fingerprint,
                "detected_language": detected_language,
                "watched": watched,
            }
        )
        # Recorded before it is sent: what was sent without a record would be lost, the other way round
        # it is sent again.
        complete = self._with_uploads(job, submission)
        if not complete or not self._store.put(job, complete):
            return Submitted(self._same_as_before(job), new=False)
        self.open_input(job, complete)
        self._uploads.forget(owner, submission)
        self._dispatch.send(job, awaited=awaited)
        return Submitted(job, new=True)

    def open_input(self, job: Job, submission: Submission) -> None:
        """Have a job that was recorded take input, if it is to."""
        if submission.stdin_open:
            self._inputs.open(job.job_id)

    def plan(
        self,
        owner: str,
        submission: Submission,
        request_id: str | None = None,
        default_webhook: str | None = None,
    ) -> Job:
        """Return the job that a submission would become, of an id that is nobody's yet; nothing is recorded.

        Raises UnknownLanguageError, UnavailableError, InvalidFieldError and BusyError.
        """
        if self._closed:
            message = "The service is being stopped and takes no more jobs; try again in a few seconds."
            raise BusyError(message)
        language = self._catalog.find(submission.language)
        self._refuse_impossible(language, submission)
        return Job(
            job_id=new_job_id(),
            owner=owner,
            status=Status.PENDING,
            language=language.id,
            network_mode=submission.network_mode,
            request_id=request_id,
            created_ms=now_ms(),
            webhook=self._webhook(owner, submission, default_webhook),
        )

    def _webhook(self, owner: str, submission: Submission, default_url: str | None) -> Delivery | None:
        if self._webhooks:
            return self._webhooks.record(owner, submission.webhook, default_url)
        if submission.webhook or default_url:
            raise UnavailableError("webhook", "This service sends no webhooks.")
        return None

    def _with_uploads(self, job: Job, submission: Submission) -> Submission | None:
        """Return the submission with its uploads' content; None when they are gone because the job has them."""
        if not submission.upload_ids():
            return submission
        try:
            return self._uploads.fill_in(job.owner, submission)
        except InvalidFieldError:
            if job.fingerprint and self._store.get(job.job_id):
                return None
            raise

    def _same_as_before(self, job: Job) -> Job:
        """Return the job that a repeated request made the first time. Raises IdempotencyKeyReusedError."""
        first = self._store.get(job.job_id)
        if first is None or first.fingerprint != job.fingerprint:
            raise IdempotencyKeyReusedError(KEY_REUSED)
        return first

    def _refuse_impossible(self, language: Language, submission: Submission) -> None:
        invocation(language, submission.code)
        obstacle = self._offer.why_not(language, submission.network_mode)
        if obstacle:
            raise UnavailableError(*obstacle)
        if submission.return_wasm_artifact and not self._offer.makes_wasm(language):
            able = ", ".join(each.id for each in self._catalog.values() if self._offer.makes_wasm(each)) or "none"
            message = f"{language.name} can't be compiled to WebAssembly here; these can: {able}."
            raise UnavailableError("return_wasm_artifact", self._offer.missing_wasm.get(language.id, message))

    def get(self, owner: str, job_id: str) -> Job:
        """Return a job of this customer. Raises NotFoundError, the same for another's as for none."""
        job = self._store.get(job_id) if _is_job_id(job_id) else None
        if job is None or job.owner != owner:
            raise NotFoundError(NO_JOB)
        return job

    def give_input(self, owner: str, job_id: str, data: bytes, *, eof: bool) -> int:
        """Send a pending or running job's program more to read; return how many bytes that are in all.

        Raises NotFoundError, JobNotActiveError, StdinNotOpenError, TooLargeError, StdinFullError.
        """
        job = self.get(owner, job_id)
        if not job.active:
            raise JobNotActiveError(job.status)
        return self._inputs.add(job_id, data, eof=eof)

    def get_many(self, owner: str, job_ids: Sequence[str], room: int) -> dict[str, Job]:
        """Return those of these jobs that are this customer's, by id; see JobStore.get_many."""
        found = self._store.get_many([each for each in dict.fromkeys(job_ids) if _is_job_id(each)], room)
        return {job.job_id: job for job in found if job.owner == owner}

    def list_active(self, owner: str) -> list[Job]:
        """Return this customer's pending and running jobs, newest first."""
        return self._store.list_active(owner)

    def wait(self, job: Job, seconds: float, *, from_its_start: bool = True) -> Job:
        """Return the job once it has ended, or as it is when `seconds` have passed."""
        return self._dispatch.wait(job, seconds, from_its_start=from_its_start)

    def cancel(self, owner: str, job_id: str) -> Job:
        """End a pending or running job and return it. Raises NotFoundError, JobNotActiveError.

        Of several who ask at once, one gets the job; the others wait for its end too, but to them it wasn't active.
        """
        job = self.get(owner, job_id)
        if not job.active:
            raise JobNotActiveError(job.status)
        if self._store.cancel_pending(job_id, cancelled_result(job)):
            return self.get(owner, job_id)
        ours = self._store.request_cancel(job_id)
        ended = self.wait(job, CANCEL_SECONDS, from_its_start=False)
        if ended.active:  # its worker is gone; what it showed last is what there is
            ended = self.get(owner, job_id)
            ours |= self._store.cancel_lost(job_id, cancelled_result(ended))
            ended = self.get(owner, job_id)
        if not ours or ended.status is not Status.CANCELLED:
            raise JobNotActiveError(ended.status)
        return ended


def cancelled_result(job: Job) -> dict[str, Any]:
    """Return the wire result of a job that was cancelled, with the output that it had shown."""
    return unfinished_result(job, Status.CANCELLED, "cancelled")


def unfinished_result(job: Job, status: Status, error: str) -> dict[str, Any]:
    """Return the wire result of a job that no worker brought to its end."""
    return Result(
        success=False,
        stdout=job.partial_stdout,
        stderr=job.partial_stderr,
        exit_code=-1,
        error=error,
        language=job.language,
        job_id=job.job_id,
        status=status,
        execution_mode="on_demand",
        network_mode=job.network_mode,
        total_time_ms=max(now_ms() - job.created_ms, 0),
        detected_language=job.detected_language,
    ).wire()


def _is_job_id(text: str) -> bool:
    """Whether this can be a job's id at all; anything else isn't looked up."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
