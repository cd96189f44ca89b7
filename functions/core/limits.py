"""Every limit the service has, in one place: the API's (from the wire contract) and the sandbox's defaults."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

MIB: Final = 1_048_576

# Requests
CODE_BYTES: Final = MIB
STDIN_BYTES: Final = MIB
INPUT_BYTES: Final = MIB  # that a running program is sent, beside what it was submitted with
INPUT_PART_BYTES: Final = 64 * 1024  # at once
TOO_MUCH_INPUT: Final = "A running program is sent at most 65,536 bytes at once, and 1 MiB in all."
ENV_ENTRIES: Final = 128
ENV_BYTES: Final = 64 * 1024
ARGS: Final = 64
ARGS_BYTES: Final = 64 * 1024
INPUT_FILES: Final = 10
INPUT_FILE_BYTES: Final = 5 * MIB
INPUT_FILES_BYTES: Final = 10 * MIB
FILENAME_CHARACTERS: Final = 256
BATCH_JOBS: Final = 100  # of one request: to submit them, or to look at them
# Of results, in an answer about many jobs. API Gateway's function puts it into JSON once more, in which every escape
# takes another byte, and has 6 MB for that.
BATCH_ANSWER_BYTES: Final = 5 * MIB // 2
TESTS: Final = 100
TESTS_BYTES: Final = 4 * MIB  # what all tests of a submission are given and expect
TEST_TTL_DEFAULT: Final = 10
TEST_NAME_CHARACTERS: Final = 256
BODY_BYTES: Final = 16 * MIB  # 10 MiB of files as base64, and the rest of the request
TTL_DEFAULT: Final = 60
TTL_MAX: Final = 900
VCPU_MAX: Final = 8

# Results
OUTPUT_BYTES: Final = 2 * MIB  # each stream; what follows is drained, dropped and flagged
PARTIAL_BYTES: Final = 64 * 1024  # each stream, in a heartbeat
KEPT_BYTES: Final = 64 * MIB  # of compiled files, with which each test begins
ARTIFACTS: Final = 100
ARTIFACT_BYTES: Final = 10 * MIB  # all of a job's artifacts together
JOB_RECORD_SECONDS: Final = 48 * 3600  # since it was submitted: a day to wait and run, a day to be read


class SandboxLimits(BaseModel):
    """What one job may use. Defaults for every language; a language.toml overrides single fields.

    The wall clock is the job's own `ttl` and isn't repeated here.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    memory_mb: int = Field(512, ge=16, description="resident memory of all the job's processes together, MiB")
    cpu_seconds: int = Field(900, ge=1, description="processor seconds of any one process")
    processes: int = Field(128, ge=1, description="processes and threads alive at once")
    open_files: int = Field(1024, ge=16, description="file descriptors of any one process")
    file_mb: int = Field(128, ge=1, description="size of any one file, MiB")
    work_mb: int = Field(256, ge=1, description="size of the working area and /tmp together, MiB")
    inodes: int = Field(16_384, ge=64, description="files and folders in the working area and /tmp together")
