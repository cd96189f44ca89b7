"""Runs an image's programs as the cloud does: the worker and its `task` backend, in a container like a task's."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from functions.aws import clients as aws
from functions.aws import schema
from functions.aws.dispatch import AwsDispatch
from functions.aws.files import S3FileStore
from functions.aws.jobs import DynamoJobStore
from functions.aws.queue import SqsJobQueue
from functions.aws.settings import Settings
from functions.core.job import NetworkMode, Submission
from functions.core.languages import Language, catalog
from functions.core.offer import Offer
from functions.core.pools import pool_name
from functions.core.service import JobService
from functions.core.uploads import Uploads
from infra.local import images
from infra.local.images import sources
from infra.local.images.report import Tried
from infra.rehearsal import moto_aws
from infra.rehearsal.moto_process import MotoProcess

CONTAINER: Final = Path(images.__file__).with_name("container.sh")
UNSHARE: Final = ("unshare", "--mount", "--ipc", "--uts", "--pid", "--fork", "--kill-child=SIGKILL")
WORKER: Final = ("/opt/worker/bin/python", "-I", "-m", "runtime_images.worker")
HELLO: Final = "Hello, world!\n"
TTL: Final = 120
LEAVE_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class Trial:
    """A service on this machine's AWS, whose workers are containers."""

    jobs: JobService
    environment: dict[str, str]

    def run(self, name: str, root: Path) -> Tried:
        """Run an image's hello twice, then its other trial programs, one after another in one container."""
        language = catalog()[name]
        programs = [_hello(language)] * 2 + _others(language)
        submitted = [self.jobs.submit("trial", program.submission, awaited=True).job for program in programs]
        container = self._start(language, root, len(programs))
        try:
            results = []
            for program, job in zip(programs, submitted, strict=True):
                results.append(self._result(job.job_id, container))
                if complaint := program.complaint(results[-1]):
                    return Tried(error=complaint)
        finally:
            complaints = _end(container)
        times = [each["compile_time_ms"] + each["execution_time_ms"] for each in results]
        return Tried(times[0], times[1], complaints)

    def _start(self, language: Language, root: Path, jobs: int) -> subprocess.Popen[bytes]:
        limits = language.limits
        pool = {
            "LANGUAGE": language.id,
            "NETWORK_MODE": NetworkMode.ZEROTRUST.value,
            "JOBS_PER_TASK": str(jobs),
            "TASK_WORK": f"size={limits.work_mb}m,nr_inodes={limits.inodes}",
            "TASK_TMP": f"size={limits.work_mb}m,nr_inodes={limits.inodes}",
        }
        return subprocess.Popen(
            [*UNSHARE, "bash", str(CONTAINER), str(root), "/dev/null", *WORKER],
            env={"PATH": os.environ["PATH"], **self.environment, **pool},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def _result(self, job_id: str, container: subprocess.Popen[bytes]) -> dict[str, Any]:
        """Wait for a job; a container that ends before it makes a failed result."""
        deadline = time.monotonic() + TTL + LEAVE_SECONDS
        while time.monotonic() < deadline:
            job = self.jobs.get("trial", job_id)
            if not job.active:
                return job.result or {}
            if container.poll() is not None:
                return {"error": "the worker ended before its job", "stdout": "", "stderr": ""}
            time.sleep(0.02)
        return {"error": "no result in time", "stdout": "", "stderr": ""}


@dataclass(frozen=True, slots=True)
class TrialProgram:
    """A program, and what it must print; None: anything, if it ends well."""

    name: str
    submission: Submission
    expected: str | None

    def complaint(self, result: dict[str, Any]) -> str | None:
        """Say what is wrong with a result; None if nothing is."""
        if result.get("success") and self.expected in (None, result["stdout"]):
            return None
        said = {name: result.get(name) for name in ("error", "exit_code", "stdout", "stderr")}
        return f"{self.name}: {json.dumps(said, ensure_ascii=False)[:1500]}"


def _hello(language: Language) -> TrialProgram:
    code = next((sources.IMAGES / language.id).glob("hello.*")).read_text("utf-8")
    return TrialProgram("hello", Submission(language=language.id, code=code, ttl=TTL), HELLO)


def _others(language: Language) -> list[TrialProgram]:
    """Return the programs that show most of an image: the libraries it names, each used once."""
    paths = sorted((sources.IMAGES / language.id / "programs").glob("libraries.*"))
    return [
        TrialProgram(path.stem, Submission(language=language.id, code=path.read_text("utf-8"), ttl=TTL), "ok\n")
        for path in paths
    ]


def _end(container: subprocess.Popen[bytes]) -> str | None:
    """Wait for a worker that has served its jobs; return what it complained of, or that it didn't leave."""
    try:
        _, complaints = container.communicate(timeout=LEAVE_SECONDS)
    except subprocess.TimeoutExpired:
        container.kill()
        _, complaints = container.communicate()
        return f"the worker did not leave: {complaints.decode(errors='replace')[-1000:]}"
    if container.returncode != 0:
        return f"the worker ended with {container.returncode}: {complaints.decode(errors='replace')[-1000:]}"
    return None


@contextmanager
def trial() -> Iterator[Trial]:
    """Give a trial on an AWS of its own."""
    server = MotoProcess()
    try:
        endpoint = server.endpoint()
        settings = Settings(
            jobs_table=moto_aws.PREFIX + schema.JOBS.purpose,
            keys_table=moto_aws.PREFIX + schema.KEYS.purpose,
            bucket=moto_aws.PREFIX + "files",
            queue_url_prefix=f"{endpoint}/{moto_aws.ACCOUNT}/{moto_aws.PREFIX}",
        )
        environment = {**moto_aws.environment(endpoint, server.credential), **settings.environment()}
        with moto_aws.used(environment):
            moto_aws.create_resources(pool_name(each, NetworkMode.ZEROTRUST) for each in catalog())
            files = S3FileStore(aws.s3(), settings.bucket)
            store = DynamoJobStore(aws.dynamodb(), settings.jobs_table, files)
            queue = SqsJobQueue(aws.sqs(), settings.queue_url_prefix)
            dispatch = AwsDispatch(store, queue)
            jobs = JobService(store, dispatch, catalog(), Offer(), Uploads(files), store.inputs)
            yield Trial(jobs, environment)
    finally:
        server.stop()
