"""The domain's nouns: what is submitted, what is recorded, and what comes back."""

from __future__ import annotations

import base64
import binascii
import re
from enum import StrEnum
from typing import Annotated, Any, Final, NoReturn, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    StrictBool,
    StrictInt,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from functions.core import limits
from functions.core.cases import Case, CaseResult, Compare, not_too_much
from functions.core.fields import ENV_NAME, TOO_LARGE, Args, Env, Text, Ttl, at_most, encodable, whole_number
from functions.core.webhooks import Delivery, Webhook


class NetworkMode(StrEnum):
    """What a program may reach: nothing, or the internet (never private addresses)."""

    ZEROTRUST = "zerotrust"
    SEMITRUSTED = "semitrusted"


class Status(StrEnum):
    """A job's state. These five and no other: published poll loops spin for ever on a sixth."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"


ACTIVE: Final = frozenset({Status.PENDING, Status.RUNNING})

BASE64_PATTERN: Final = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"

# A Pydantic error type that isn't a 422: the API maps it to 400.
BAD_BASE64: Final = "bad_base64"


def _without_mark(code: object) -> object:
    """Drop the byte order mark that some editors begin a file with: many toolchains choke on it."""
    return code.removeprefix("\ufeff") if isinstance(code, str) else code


def _decode_base64(value: object) -> object:
    """Decode base64 (line breaks are tolerated); bytes pass through."""
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(re.sub(r"[ \t\r\n]", "", value), validate=True)
    except (binascii.Error, ValueError):
        raise PydanticCustomError(BAD_BASE64, "must be base64 (RFC 4648, with padding)") from None


def _safe_filename(name: str) -> str:
    """One plain path component: it is joined to a folder by the trusted side."""
    if not 1 <= len(name) <= limits.FILENAME_CHARACTERS or len(name.encode()) > 255:
        raise PydanticCustomError("filename_length", "must be 1 to 256 characters and at most 255 bytes")
    if "/" in name or "\\" in name or ".." in name or name == ".":
        raise PydanticCustomError("filename_path", "must be a plain name, without '/', '\\' or '..'")
    if any(ord(character) < 32 or ord(character) == 127 for character in name):
        raise PydanticCustomError("filename_control", "must not contain NUL or control characters")
    return name


def _file_size(content: bytes) -> bytes:
    if len(content) > limits.INPUT_FILE_BYTES:
        _raise_too_large("the file", limits.INPUT_FILE_BYTES)
    return content


def _raise_too_large(what: str, limit: int) -> NoReturn:
    message = "{what} is larger than {limit} bytes; send large files through POST /uploads"
    raise PydanticCustomError(TOO_LARGE, message, {"what": what, "limit": limit})


def _files_together(files: tuple[InputFile, ...]) -> tuple[InputFile, ...]:
    if sum(len(file.content or b"") for file in files) > limits.INPUT_FILES_BYTES:
        _raise_too_large("the sum of all files", limits.INPUT_FILES_BYTES)
    names = [file.filename or str(index) for index, file in enumerate(files)]
    if len(set(names)) < len(names):
        raise PydanticCustomError("filename_duplicate", "two files have the same name")
    return files


Vcpu = Annotated[StrictInt, Field(ge=1, le=limits.VCPU_MAX), BeforeValidator(whole_number)]
Base64 = Annotated[
    bytes,
    AfterValidator(_file_size),
    BeforeValidator(_decode_base64, json_schema_input_type=str),
    PlainSerializer(lambda content: base64.b64encode(content).decode(), when_used="json"),
]


def _not_sent_input(tests: tuple[Case, ...], others: ValidationInfo) -> tuple[Case, ...]:
    if tests and others.data.get("stdin_open"):
        message = "tests can't be sent input while they run: give each its stdin, and leave out stdin_open"
        raise ValueError(message)
    return tests


def _one_source(schema: dict[str, Any]) -> None:
    """Say that a file has a content or an upload; one that is null isn't there."""
    for name in ("content", "upload_id"):
        field = schema["properties"][name]
        del field["default"]
        field |= field.pop("anyOf")[0]
    content, other, upload = (_has(name) for name in ("content", "content_base64", "upload_id"))
    schema["oneOf"] = [{"anyOf": [content, other]}, upload]


def _has(name: str) -> dict[str, Any]:
    return {"required": [name], "properties": {name: {"type": "string"}}}


class Sent(BaseModel):
    """What a client sends as a JSON object. A field that is null is absent: typed clients name every field."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: Any) -> Any:
        return {name: value for name, value in data.items() if value is not None} if isinstance(data, dict) else data


class InputFile(Sent):
    """A file put beside the program: its content, decoded, or the id of an upload that has it."""

    model_config = ConfigDict(frozen=True, json_schema_extra=_one_source)

    filename: Annotated[str, AfterValidator(encodable), AfterValidator(_safe_filename)] | None = Field(
        None,
        description='one path component without "..", at most 255 bytes; missing: the file\'s index, "0", "1", …',
        json_schema_extra={"maxLength": limits.FILENAME_CHARACTERS, "pattern": r"^[^/\\\x00-\x1f\x7f]+$"},
    )
    content: Base64 | None = Field(
        None,
        validation_alias=AliasChoices("content", "content_base64"),
        description="the file's bytes as base64",
        json_schema_extra={"contentEncoding": "base64", "pattern": BASE64_PATTERN},
    )
    upload_id: UUID | None = Field(None, description="what POST /uploads answered, in place of content")

    @model_validator(mode="after")
    def _check_one_source(self) -> Self:
        if (self.content is None) == (self.upload_id is None):
            raise PydanticCustomError("file_source", "must have either content (base64) or an upload_id")
        return self

    def filled(self, content: bytes) -> InputFile:
        """Return this file with its upload's content."""
        return InputFile(filename=self.filename, content=content)


EXAMPLES: Final[list[JsonValue]] = [
    {"language": "python", "code": "print('hello')"},
    {
        "language": "bash",
        "code": "cat data.txt; echo $NAME $1",
        "env": {"NAME": "value"},
        "args": ["argument"],
        "input_files": [{"filename": "data.txt", "content": "aGVsbG8K"}],
        "ttl": 10,
    },
    {
        "language": "python",
        "code": "print(int(input()) ** 2)",
        "tests": [{"stdin": "3", "expected_output": "9"}, {"name": "zero", "stdin": "0", "expected_output": "0"}],
    },
]


class Submission(Sent):
    """What a customer asks for, valid and complete. Unknown fields are ignored: clients send extras."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": EXAMPLES})

    language: str = Field(min_length=1, max_length=64, description="an id or alias, in any case")
    code: Annotated[
        Text,
        at_most(limits.CODE_BYTES, "code", "put data into input_files, or large files through POST /uploads"),
        BeforeValidator(_without_mark),
    ] = Field(
        min_length=1,
        description="the program, 1 byte to 1 MiB of UTF-8; a byte order mark is dropped",
        json_schema_extra={"maxLength": limits.CODE_BYTES},
    )
    env: Env = Field(
        default_factory=dict,
        max_length=limits.ENV_ENTRIES,
        description="environment of the program; at most 64 KiB in all, without NUL",
        json_schema_extra={"propertyNames": {"pattern": f"^{ENV_NAME}$"}},
    )
    network_mode: NetworkMode = Field(
        NetworkMode.ZEROTRUST,
        validation_alias=AliasChoices("network_mode", "network"),
        description="what the program may reach: nothing, or the internet",
    )
    ttl: Ttl = Field(limits.TTL_DEFAULT, description="wall-clock seconds for compile and run together")
    return_artifact: StrictBool = Field(
        False,
        validation_alias=AliasChoices("return_artifact", "return_artifacts"),
        description="whether to return the compiled binary, and what the program leaves in /tmp/artifacts",
    )
    return_wasm_artifact: StrictBool = Field(False, description="whether to return the program as WebAssembly (WASI)")
    input_files: Annotated[tuple[InputFile, ...], AfterValidator(_files_together)] = Field(
        (), max_length=limits.INPUT_FILES, description="files beside the program: 5 MiB each and 10 MiB in all"
    )
    stdin: Annotated[
        Text,
        at_most(limits.STDIN_BYTES, "stdin", "send it as an input file, large ones through POST /uploads"),
    ] = Field(
        "",
        description="what the program reads, at most 1 MiB of UTF-8",
        json_schema_extra={"maxLength": limits.STDIN_BYTES},
    )
    stdin_open: StrictBool = Field(
        False, description="whether the program's stdin stays open, for what POST /jobs/{id}/stdin sends it"
    )
    args: Args = Field(
        (), max_length=limits.ARGS, description="the program's argv[1:]; at most 64 KiB in all, without NUL"
    )
    tests: Annotated[tuple[Case, ...], AfterValidator(not_too_much), AfterValidator(_not_sent_input)] = Field(
        (),
        max_length=limits.TESTS,
        description="runs of the program, which is compiled once; they have 4 MiB in all. Then `ttl` is "
        "for the compiler and all runs together",
    )
    compare: Compare = Field(
        Compare.TRIMMED,
        description="how stdout is compared with a test's expected_output: without the white space that ends lines, "
        "and the output, or byte for byte",
    )
    stop_on_failure: StrictBool = Field(False, description="whether no test is run after one that didn't pass")
    vcpu: Vcpu | None = Field(None, description="processors; a deployment's size is fixed, so it is a wish")
    webhook: Webhook | None = Field(
        None,
        exclude=True,  # the job has it, with its secret sealed; workers needn't know of it
        description="where the Job is POSTed when it has ended; without it, the key's own, if it has one",
    )

    def upload_ids(self) -> list[str]:
        """Return the id of each input file that is still to be filled in."""
        return [str(file.upload_id) for file in self.input_files if file.upload_id is not None]

    def named_files(self) -> list[tuple[str, bytes]]:
        """Return (file name, content) of each input file, its index for a name. Raises ValueError for an upload."""
        files = []
        for index, file in enumerate(self.input_files):
            if file.content is None:
                message = f"input file {index} has no content yet"
                raise ValueError(message)
            files.append((file.filename or str(index), file.content))
        return files


class StdinPart(Sent):
    """What a customer sends to a program that runs."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [{"data": "yes\n", "eof": False}]})

    data: Annotated[Text, at_most(limits.INPUT_PART_BYTES, "data", "send it in parts")] = Field(
        "",
        description="what it reads next, at most 64 KiB of UTF-8",
        json_schema_extra={"maxLength": limits.INPUT_PART_BYTES},
    )
    eof: StrictBool = Field(False, description="whether that is all there will be")


class LeftOut(StrEnum):
    """Why a file that the job made is not among its artifacts: which limit, or what it is."""

    FILES = "files"  # more than limits.ARTIFACTS
    BYTES = "bytes"  # more than limits.ARTIFACT_BYTES in all
    DEPTH = "depth"  # in folders in folders in …; counted as one
    ENTRIES = "entries"  # more than are looked at
    TIME = "time"  # reading took too long; how many were left is not known, so it counts as one
    UNREADABLE = "unreadable"  # as its mode has it
    KIND = "kind"  # a link, a file of several names, a pipe, a device, a socket


class Artifact(BaseModel):
    """A file that the job made: its bytes inline, or its S3 key when the answer would be too big.

    Customers get a presigned `url` in place of `key`, made when the answer is.
    """

    filename: str
    path: str
    content_base64: str | None = None
    key: str | None = None
    size: int
    sha256: str
    type: str = "base64"


class Result(BaseModel):
    """What running the program gave, as customers receive it. `wire()` is the exact JSON object."""

    success: bool
    stdout: str
    stderr: str
    exit_code: int
    error: str | None
    language: str
    job_id: str
    status: Status
    artifacts: list[Artifact] = Field(default_factory=list)
    artifacts_left_out: dict[LeftOut, int] = Field(default_factory=dict)
    execution_mode: str
    network_mode: NetworkMode
    total_time_ms: int
    execution_time_ms: int = 0
    compile_time_ms: int = 0
    queue_time_ms: int = 0
    cpu_time_ms: int = 0
    max_memory_kb: int = 0
    stdout_truncated: bool = False
    stderr_truncated: bool = False
    detected_language: str | None = None
    vcpu: int | float | None = None
    tests: list[CaseResult] | None = None
    passed: int | None = None

    def wire(self) -> dict[str, Any]:
        """Return the JSON object: with what follows from other fields, and optional fields only where they apply."""
        absent = {name for name in ("detected_language", "vcpu", "tests", "passed") if getattr(self, name) is None}
        body = self.model_dump(mode="json", exclude={"artifacts", *absent})
        body["artifacts"] = [artifact.model_dump(exclude_none=True) for artifact in self.artifacts]
        body["artifacts_total"] = len(self.artifacts) + sum(self.artifacts_left_out.values())
        body["artifacts_truncated"] = bool(self.artifacts_left_out)
        body["execution_time"] = self.execution_time_ms
        return body


class Job(BaseModel):
    """A job as it is recorded. Times are unix milliseconds; `result` is a Result's wire object."""

    job_id: str
    owner: str = Field(description="public key of the customer")
    status: Status
    language: str
    network_mode: NetworkMode
    detected_language: str | None = None
    fingerprint: str | None = Field(None, description="of the request that an Idempotency-Key came with")
    request_id: str | None = Field(None, description="of the request that submitted it: for the logs")
    watched: bool = Field(False, description="whether its output is passed on as it comes, from its start")
    created_ms: int
    started_ms: int | None = None
    completed_ms: int | None = None
    result: dict[str, Any] | None = None
    partial_stdout: str = ""
    partial_stderr: str = ""
    webhook: Delivery | None = None

    def in_logs(self) -> dict[str, Any]:
        """Return what a log line about the job names it by."""
        return {"job_id": self.job_id, "request_id": self.request_id}

    @property
    def active(self) -> bool:
        """Whether the job can still change."""
        return self.status in ACTIVE

    def wire(self) -> dict[str, Any]:
        """Return the JSON object that customers get: times in unix seconds, some fields only where they apply."""
        body: dict[str, Any] = {
            "job_id": self.job_id,
            "status": self.status,
            "language": self.language,
            "network_mode": self.network_mode,
            "created_at": self.created_ms // 1000,
            "started_at": _seconds(self.started_ms),
            "completed_at": _seconds(self.completed_ms),
            "result": self.result,
        }
        if self.active and self.started_ms is not None:
            body["partial"] = {"stdout": self.partial_stdout, "stderr": self.partial_stderr}
        if self.webhook:
            body["webhook"] = self.webhook.wire()
        return body


def _seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else milliseconds // 1000
