"""The shapes of answers, for the document. Nothing is validated by them while serving; tests hold answers to them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.core.cases import CaseStatus
from functions.core.job import LeftOut, NetworkMode, Status
from functions.core.limits import ARTIFACT_BYTES, ARTIFACTS, MIB
from functions.core.webhooks import TRIES, DeliveryStatus

Milliseconds = Annotated[int, Field(ge=0, description="milliseconds")]
UnixSeconds = Annotated[int, Field(ge=0, description="unix seconds")]
JobId = Annotated[str, Field(examples=["0b9d7c1e-6f0e-4a53-9d3c-2f1f3f9f7f10"])]


def _no_defaults(schema: dict[str, Any]) -> None:
    """Drop defaults: a field that isn't required is absent where it doesn't apply."""
    for each in schema["properties"].values():
        each.pop("default", None)


class Answer(BaseModel):
    """Names every field that an answer can have."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_no_defaults)


class Detail(Answer):
    """One problem with what was sent."""

    field: str
    message: str
    close_matches: list[str] = Field(default_factory=list, description="with unknown_language")


class ArtifactAnswer(Answer):
    """A file that the program made: inline, or behind a URL where the answer would be too big."""

    filename: str = Field(description="one plain name, unlike any other of the job's")
    path: str = Field(description="where it was left, below /tmp/artifacts or the working directory")
    content_base64: str = Field("", description="the file's bytes as base64; absent where there is a `url`")
    url: str = Field("", description="where to GET the file for an hour; absent where it is inline")
    size: int = Field(ge=0, description="bytes")
    sha256: str = Field(description="hex")
    type: Literal["base64"]


class TestAnswer(Answer):
    """What one test gave."""

    name: str | None
    passed: bool = Field(description="whether it ended by itself with exit code 0, and wrote what was expected")
    stdout: str = Field(description="all tests' streams together have 2 MiB each, of which each has an equal share")
    stderr: str
    exit_code: int = Field(ge=-1, le=255)
    error: str | None = Field(description="why there is no exit code, or why it was not run")
    execution_time_ms: Milliseconds
    cpu_time_ms: Milliseconds
    max_memory_kb: int = Field(ge=0)
    status: CaseStatus
    stdout_truncated: bool
    stderr_truncated: bool


class ResultAnswer(Answer):
    """How the program ended. A program that fails is still HTTP 200: its failure is data."""

    success: bool = Field(description="whether the exit code is 0")
    stdout: str = Field(description="the first 2 MiB; bytes that aren't UTF-8 are replaced")
    stderr: str = Field(description="the first 2 MiB; the compiler's messages too")
    exit_code: int = Field(ge=-1, le=255, description="128+N after signal N; -1 when there is none")
    error: str | None = Field(description="why there is no exit code; `platform:` begins a failure of the service")
    language: str = Field(description="its id")
    job_id: JobId
    status: Literal[Status.COMPLETED, Status.TIMEOUT, Status.CANCELLED]
    artifacts: list[ArtifactAnswer] = Field(description="with return_artifact or return_wasm_artifact")
    artifacts_total: int = Field(ge=0, description="files that the job left, those that aren't returned included")
    artifacts_truncated: bool = Field(description="whether any of them is not among the artifacts")
    artifacts_left_out: dict[LeftOut, int] = Field(
        description=f"how many aren't, by the reason: `files` beyond {ARTIFACTS}, `bytes` beyond "
        f"{ARTIFACT_BYTES // MIB} MiB in all, folders too deep (`depth`), more `entries` than are looked at, "
        "no `time` left to read on, `unreadable`, or of a `kind` that is no plain file"
    )
    execution_mode: Literal["pooled", "on_demand"] = Field(description="whether a worker was waiting for the job")
    network_mode: NetworkMode
    total_time_ms: Milliseconds = Field(description="from acceptance to the end, milliseconds")
    execution_time_ms: Milliseconds = Field(description="of the program, milliseconds")
    execution_time: Milliseconds = Field(description="the same as execution_time_ms")
    compile_time_ms: Milliseconds = Field(description="of the compiler, milliseconds; 0 where there is none")
    queue_time_ms: Milliseconds = Field(description="until a worker took the job, milliseconds")
    cpu_time_ms: Milliseconds = Field(description="of compiler and program on a processor, milliseconds")
    max_memory_kb: int = Field(ge=0, description="the most that was resident at once, KiB")
    stdout_truncated: bool = Field(description="whether there was more than is kept")
    stderr_truncated: bool = Field(description="whether there was more than is kept")
    detected_language: str = Field("", description="what the shebang named; /run's jobs only")
    tests: list[TestAnswer] = Field(
        default_factory=list,
        description="of a submission with tests, in order; `stdout` then tells of them as TAP",
    )
    passed: int = Field(0, ge=0, description="how many tests passed")
    vcpu: float = Field(1, gt=0, description="processors that the job had, where that was asked")


class StillRunning(Answer):
    """The job outlasts the line: poll GET /jobs/{job_id}."""

    job_id: JobId
    status: Literal[Status.RUNNING]


class Accepted(Answer):
    """The job that was accepted, or that the same request with this Idempotency-Key made before."""

    job_id: JobId
    status: Status
    message: str


class InputTaken(Answer):
    """What a program was sent will come to it."""

    job_id: JobId
    received: Annotated[int, Field(description="bytes in all that were sent to it so")]


class Refused(Answer):
    """Why a submission of a batch, or a job that was asked for among others, is none: as an error by itself."""

    error: str = Field(description="a code, for programs")
    message: str = Field(description="a sentence that says what to do")
    details: list[Detail] = Field(default_factory=list)
    active_executions: int = Field(0, description="with concurrency_limit_reached")
    concurrency_limit: int = Field(0, description="with concurrency_limit_reached")


class AcceptedOfMany(Answer):
    """A job of a batch."""

    job_id: JobId
    status: Status


class BatchAnswer(Answer):
    """What became of each submission, in their order."""

    jobs: list[AcceptedOfMany | Refused]


class ListedJob(Answer):
    """A pending or running job."""

    job_id: JobId
    status: Literal[Status.PENDING, Status.RUNNING]
    language: str
    network_mode: NetworkMode
    submitted_at: str = Field(json_schema_extra={"format": "date-time"})
    created_at: UnixSeconds


class JobList(Answer):
    """The key's pending and running jobs, newest first."""

    jobs: list[ListedJob]


class Partial(Answer):
    """The last of what a running program has written, at most a second old."""

    stdout: str
    stderr: str


class WebhookAnswer(Answer):
    """How far the delivery of a job's webhook has come."""

    url: str
    status: DeliveryStatus = Field(description="`pending` until a receiver has answered 2xx or no try is left")
    attempts: int = Field(ge=0, le=TRIES)
    last_attempt_at: UnixSeconds | None
    next_attempt_at: UnixSeconds | None = Field(description="null before the job has ended, and after the last try")
    response_status: int | None = Field(description="of the last try, if there was an answer")
    error: str | None = Field(description="why the last try failed")


def _no_webhook() -> WebhookAnswer:
    """Return what stands for an absent one; the document drops it, as all defaults."""
    return WebhookAnswer(
        url="",
        status=DeliveryStatus.PENDING,
        attempts=0,
        last_attempt_at=None,
        next_attempt_at=None,
        response_status=None,
        error=None,
    )


class JobAnswer(Answer):
    """A job. `result` once it has ended, `partial` while it runs, `webhook` where it has one."""

    job_id: JobId
    status: Status
    language: str
    network_mode: NetworkMode
    created_at: UnixSeconds
    started_at: UnixSeconds | None
    completed_at: UnixSeconds | None
    result: ResultAnswer | None
    partial: Partial = Field(default_factory=lambda: Partial(stdout="", stderr=""))
    webhook: WebhookAnswer = Field(default_factory=_no_webhook)


class JobEnded(Answer):
    """A job that has ended, as its webhook is told."""

    job_id: JobId
    status: Literal[Status.COMPLETED, Status.TIMEOUT, Status.CANCELLED]
    language: str
    network_mode: NetworkMode
    created_at: UnixSeconds
    started_at: UnixSeconds | None
    completed_at: UnixSeconds
    result: ResultAnswer | None
    result_omitted: Literal[True] = Field(
        True, description="where the Job has more than 4 MiB: `result` is null, and GET /jobs/{job_id} shows it"
    )


class JobOfMany(JobAnswer):
    """A job that was asked for among others, without `partial`."""

    result_left_out: Literal[True] = Field(
        True, description="where the job has ended, but the answer has no room for its result: GET /jobs/{job_id}"
    )


class NoSuchJob(Refused):
    """There is no job of this id, or it is another key's."""

    job_id: str


class JobsByIds(Answer):
    """The jobs that were asked for, in the order of their ids."""

    jobs: list[JobOfMany | NoSuchJob]


class Cancelled(Answer):
    """The cancelled job's result; its main fields once more at the top."""

    message: str
    job_id: JobId
    status: Literal[Status.CANCELLED]
    result: ResultAnswer
    stdout: str
    stderr: str
    success: Literal[False]
    artifacts: list[ArtifactAnswer]


class LanguageDetails(Answer):
    """What is known of a language."""

    name: str
    version: str
    extensions: list[str]
    shebangs: list[str] = Field(description="interpreter names that POST /run takes for it")
    launchers: list[str] = Field(description="what a line may begin with instead, options aside, such as `uv run`")
    compiled: bool
    wasm: bool = Field(description="whether return_wasm_artifact can be had")
    packages: list[str] = Field(description="libraries that are there")
    example: str = Field(description="a first program")
    available: bool
    unavailable_reason: str | None


class Languages(Answer):
    """What can be run."""

    languages: list[str]
    aliases: dict[str, str] = Field(description="other names, each with its id")
    count: int
    details: dict[str, LanguageDetails] = Field(default_factory=dict, description="with ?details=true")


class UploadForm(Answer):
    """A form of S3: POST the fields, then the file as `file`, to the url as multipart/form-data."""

    upload_id: str = Field(description="goes into an input file in place of content, for one job")
    url: str
    fields: dict[str, str] = Field(description="the form's other fields, each to be sent as it is")
    expires_in: int = Field(description="seconds in which the upload must begin")
    max_bytes: int = Field(description="of the file; S3 refuses more")


class KeyFacts(Answer):
    """What a key is and may do."""

    valid: Literal[True]
    public_key: str
    tier: str
    status: Literal["active"]
    valid_through_datetime: str | None = Field(json_schema_extra={"format": "date-time"})
    valid_for_human: str = Field(examples=["29 days"])
    rate_per_minute: int = Field(description="requests that the key regains in a minute")
    burst: int = Field(description="requests that it can have at once")
    concurrency: int = Field(description="pending and running jobs that it can have")
    one_job_per_signature: bool = Field(description="whether a signed request that comes again is a 409")


class InvalidKey(Answer):
    """Why the key isn't valid."""

    valid: Literal[False]
    reason: Literal["invalid_key", "expired", "suspended"]


class Health(Answer):
    """The service answers."""

    status: Literal["ok"]
    languages: int = Field(description="how many it can run")


class ErrorAnswer(Answer):
    """The one shape of every 4xx and 5xx."""

    error: str = Field(description="a code, for programs")
    message: str = Field(description="a sentence that says what to do")
    details: list[Detail] = Field(default_factory=list)
    status: Literal[Status.COMPLETED, Status.TIMEOUT, Status.CANCELLED] = Field(
        Status.COMPLETED, description="the job's, with job_not_active"
    )
    active_executions: int = Field(0, description="with concurrency_limit_reached")
    concurrency_limit: int = Field(0, description="with concurrency_limit_reached")
