"""Test runs: a program that is compiled once and run for each of several tests, and how each run is judged."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from functions.core import limits
from functions.core.fields import ENV_NAME, TOO_LARGE, Args, Env, Text, Ttl, at_most

_ADVICE: Final = "put large input into input_files"


class Compare(StrEnum):
    """When an output is the expected one."""

    TRIMMED = "trimmed"  # white space at the ends of lines, and at the end, aside
    EXACT = "exact"


class Case(BaseModel):
    """One test: a run of the program in a fresh place, where nothing is left of the runs before it."""

    model_config = ConfigDict(frozen=True, title="Test")

    name: Text | None = Field(None, max_length=limits.TEST_NAME_CHARACTERS, description="for its result")
    stdin: Annotated[Text, at_most(limits.STDIN_BYTES, "stdin", _ADVICE)] | None = Field(
        None, description="what the program reads; without it, the submission's"
    )
    args: Args | None = Field(
        None, max_length=limits.ARGS, description="the program's argv[1:]; without them, the submission's"
    )
    env: Env | None = Field(
        None,
        max_length=limits.ENV_ENTRIES,
        description="variables beside the submission's, or in place of those",
        json_schema_extra={"propertyNames": {"pattern": f"^{ENV_NAME}$"}},
    )
    expected_output: Annotated[Text, at_most(limits.STDIN_BYTES, "expected_output", _ADVICE)] | None = Field(
        None, description="what the program must write to stdout to pass; the program can't get at it"
    )
    ttl: Ttl | None = Field(
        None,
        description=f"wall-clock seconds for this run, {limits.TEST_TTL_DEFAULT} unless said otherwise; the "
        "submission's ttl ends it, too",
    )

    @property
    def seconds(self) -> int:
        """Return the wall-clock seconds that the run may take."""
        return self.ttl or limits.TEST_TTL_DEFAULT

    def size(self) -> int:
        """Return the bytes of what it gives and expects."""
        texts = [self.stdin or "", self.expected_output or "", *(self.args or ())]
        texts += [text for variable in (self.env or {}).items() for text in variable]
        return sum(len(text.encode()) for text in texts)


def not_too_much(tests: tuple[Case, ...]) -> tuple[Case, ...]:
    """Refuse tests that are too large together."""
    if sum(test.size() for test in tests) > limits.TESTS_BYTES:
        message = "the tests' input and expected output are larger than {limit} bytes in all; " + _ADVICE
        raise PydanticCustomError(TOO_LARGE, message, {"limit": limits.TESTS_BYTES})
    return tests


class CaseStatus(StrEnum):
    """How a test's run ended, if there was one."""

    COMPLETED = "completed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"  # it was not run


class CaseResult(BaseModel):
    """What one test gave."""

    name: str | None
    passed: bool
    stdout: str = ""
    stderr: str = ""
    exit_code: int = -1
    error: str | None = None
    execution_time_ms: int = 0
    cpu_time_ms: int = 0
    max_memory_kb: int = 0
    status: CaseStatus
    stdout_truncated: bool = False
    stderr_truncated: bool = False


def same(output: bytes, expected: str, compare: Compare) -> bool:
    """Whether an output is the expected one."""
    if compare is Compare.EXACT:
        return output == expected.encode()
    return _trimmed(output) == _trimmed(expected.encode())


def _trimmed(text: bytes) -> bytes:
    return b"\n".join(line.rstrip() for line in text.split(b"\n")).rstrip()
