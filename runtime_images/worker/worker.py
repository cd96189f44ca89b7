"""A pool's worker: receive, claim, run, finish, delete; the same on Fargate and on one machine."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from aws_lambda_powertools import Logger

from functions.core.job import Job, NetworkMode, Result, Status
from functions.core.languages import Language
from functions.core.store import Claim, now_ms
from functions.core.work import Message, WorkQueue
from runtime_images.worker.cases import run_cases
from runtime_images.worker.heartbeat import Heartbeat
from runtime_images.worker.output import inline_room, publish, text
from runtime_images.worker.runner import Outcome, Streams, first_command, run_job
from runtime_images.worker.sandbox.contract import (
    End,
    Input,
    Sandbox,
    SandboxLostError,
    SandboxUnavailableError,
    Stop,
)

LONG_POLL_SECONDS = 20
CLAIMS_PER_JOB = 2  # a job whose program could not be started is tried once more

logger = Logger(service="worker")


@dataclass(slots=True)
class Worker:
    """Runs jobs of one pool, one at a time."""

    language: Language
    network_mode: NetworkMode
    work: WorkQueue
    sandbox: Sandbox
    vcpu: int | float = 1  # the processors that it has for a job
    ready_ms: int = field(default_factory=now_ms)
    _terminating: threading.Event = field(default_factory=threading.Event)
    _stop: Stop | None = None  # of the job being run
    _program_started: bool = False
    _busy: bool = False

    def serve(self, jobs: float, idle_seconds: float) -> None:
        """Run up to `jobs` jobs; return sooner when none came for `idle_seconds`, or will come, or on `terminate`."""
        try:
            self._serve(jobs, idle_seconds)
        finally:
            self.work.close()

    def _serve(self, jobs: float, idle_seconds: float) -> None:
        last_job = time.monotonic()
        while jobs > 0 and not self._terminating.is_set() and not self.work.over:
            idle_left = idle_seconds - (time.monotonic() - last_job)
            if idle_left <= 0:
                return
            self._anticipate()
            message = self.work.receive(int(min(LONG_POLL_SECONDS, max(1, idle_left))))
            if message:
                self._busy = True
                jobs -= self._take(message)
                self._busy = False
                last_job = time.monotonic()

    def terminate(self) -> bool:
        """End soon (SIGTERM): a job whose program hasn't started goes back, a started one is ended honestly.

        False when there is no job: nothing keeps the process then, least of all its long poll.
        """
        self._terminating.set()
        if self._stop:
            self._stop.set()
        return self._busy

    def _anticipate(self) -> None:
        """Have the sandbox ready before the job is there; what fails now will be told by the job."""
        try:
            language = self.language
            self.sandbox.anticipate(language.limits, self.network_mode, first_command(language), language.waiting)
            self.sandbox.let_wait()
        except (SandboxUnavailableError, OSError) as failure:
            logger.exception("the next job's sandbox could not be made ready")
            if isinstance(failure, SandboxLostError):
                self._terminating.set()

    def _take(self, message: Message) -> bool:
        """Run the job that a message names; False when it wasn't to be run (any more)."""
        if self._terminating.is_set():
            self.work.release(message)
            return False
        claim = self.work.claim(message)
        if claim is None:
            return False
        self._run(message, claim)
        return True

    def _run(self, message: Message, claim: Claim) -> None:
        """Run a claimed job and write its result, or hand it back."""
        submission = claim.submission
        streams = Streams(stdin=Input(submission.stdin.encode()) if submission.stdin_open else None)
        self._stop = stop = Stop()
        self._program_started = False
        try:
            with Heartbeat(self.work, claim, streams, stop) as heartbeat:
                result = self._result(claim, streams, stop)
            if result is None and self.work.hand_back(message, claim):
                return
            if result is None:
                result = self._platform_result(claim.job, streams, "the worker stopped before the program")
            if heartbeat.lost:
                self.work.forget(message, claim)
            else:
                self.work.finish(message, claim, result.status, result.wire(), young=heartbeat.young)
        finally:
            self._stop = None
            stop.close()
            if streams.stdin:
                streams.stdin.close()

    def _result(self, claim: Claim, streams: Streams, stop: Stop) -> Result | None:
        """Run the program; None when it never started and the job can be handed back."""
        if self._terminating.is_set():
            return None

        def mark_started() -> None:
            if not self._program_started:
                self._program_started = True
                self.work.mark_started(claim)

        try:
            run = run_cases if claim.submission.tests else run_job
            outcome = run(self.sandbox, self.language, claim.submission, streams, stop, mark_started)
        except (SandboxUnavailableError, OSError) as failure:
            logger.exception("the job's program could not be run", **claim.job.in_logs())
            if isinstance(failure, SandboxLostError):
                self._terminating.set()
            if not self._program_started and claim.attempt < CLAIMS_PER_JOB:
                return None
            return self._platform_result(claim.job, streams, f"the sandbox failed: {failure}")
        if self._terminating.is_set() and outcome.status is Status.CANCELLED:
            return self._platform_result(claim.job, streams, "the worker was stopped while the program ran")
        return self._program_result(claim, streams, outcome)

    def _program_result(self, claim: Claim, streams: Streams, outcome: Outcome) -> Result:
        job = claim.job
        ended = outcome.metered.end is End.EXITED
        stdout, stderr = (text(each, ended=ended) for each in (streams.stdout, streams.stderr))
        shown = [stdout, stderr, *(each for case in outcome.cases or () for each in (case.stdout, case.stderr))]
        return self._base_result(
            job,
            streams,
            stdout=stdout,
            stderr=stderr,
            success=outcome.status is Status.COMPLETED and outcome.exit_code == 0,
            exit_code=outcome.exit_code,
            error=outcome.error,
            status=outcome.status,
            artifacts=publish(outcome.collected.files, job.job_id, self.work, inline_room(*shown)),
            artifacts_left_out=outcome.collected.left_out,
            execution_time_ms=outcome.execution_ms,
            compile_time_ms=outcome.compile_ms,
            cpu_time_ms=outcome.metered.cpu_ms,
            max_memory_kb=outcome.metered.max_memory_kb,
            tests=outcome.cases,
            passed=None if outcome.cases is None else sum(case.passed for case in outcome.cases),
            vcpu=self.vcpu if claim.submission.vcpu else None,  # said to those who asked
        )

    def _platform_result(self, job: Job, streams: Streams, error: str) -> Result:
        return self._base_result(
            job,
            streams,
            stdout=text(streams.stdout, ended=False),
            stderr=text(streams.stderr, ended=False),
            success=False,
            exit_code=-1,
            error=f"platform: {error}",
            status=Status.COMPLETED,
        )

    def _base_result(self, job: Job, streams: Streams, **fields: object) -> Result:
        started_ms = job.started_ms or job.created_ms
        return Result.model_validate(
            {
                "stdout_truncated": streams.stdout.truncated,
                "stderr_truncated": streams.stderr.truncated,
                "language": job.language,
                "detected_language": job.detected_language,
                "job_id": job.job_id,
                "network_mode": job.network_mode,
                "execution_mode": "pooled" if self.ready_ms <= job.created_ms else "on_demand",
                "queue_time_ms": max(started_ms - job.created_ms, 0),
                "total_time_ms": max(now_ms() - job.created_ms, 0),
                **fields,
            }
        )
