"""Runs a submission's tests: its program is compiled once, and run once for each test in an area of its own.

So what one test leaves is as far from the next as one job from another: files, links, processes, memory. Only the
files as the compiler left them come into each area. What a test expects never does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from functions.core import limits
from functions.core.cases import Case, CaseResult, CaseStatus, same
from functions.core.invocation import invocation
from functions.core.job import Status, Submission
from functions.core.languages import Language
from runtime_images.worker.output import text
from runtime_images.worker.runner import Outcome, Runner, Streams, build_steps, failed, verdict
from runtime_images.worker.sandbox.contract import (
    Area,
    Collected,
    Command,
    Completed,
    End,
    Kept,
    Output,
    Sandbox,
    Stop,
)

TOO_MUCH = f"the compiler left more than the {limits.KEPT_BYTES // limits.MIB} MiB that each test can begin with"


def run_cases(
    sandbox: Sandbox,
    language: Language,
    submission: Submission,
    streams: Streams,
    stop: Stop,
    started: Callable[[], None],
) -> Outcome:
    """Run the tests of a submission, as runner.run_job runs one without. `streams` tell of them as TAP."""
    run = _Run(sandbox, language, submission, streams, stop, started, time.monotonic() + submission.ttl)
    try:
        return run.build() or run.test()
    finally:
        run.close()


@dataclass(slots=True)
class _Run:
    """One submission's tests. The job's status is what it would be if it ended now."""

    sandbox: Sandbox
    language: Language
    submission: Submission
    streams: Streams
    stop: Stop
    started: Callable[[], None]
    deadline: float
    _status: Status = Status.COMPLETED
    _error: str | None = None
    _over: str | None = None  # why no other test is run
    _kept: Kept | None = None
    _compile_ms: int = 0
    _compiler_said: int = 0  # bytes
    _collected: Collected = field(default_factory=Collected)
    _runs: list[Completed] = field(default_factory=list)
    _results: list[CaseResult] = field(default_factory=list)

    def close(self) -> None:
        """Let go of what was compiled."""
        if self._kept:
            self._kept.close()

    def build(self) -> Outcome | None:
        """Compile the program, if need be, and keep what that leaves; return the outcome where it ends here."""
        if not build_steps(self.language, self.submission):
            return None
        with self._open() as area:
            runner = self._runner(area)
            area.expect(runner.first())
            last, self._compile_ms = runner.build(self.deadline)
            self._compiler_said = len(self.streams.stderr.bytes())
            assert last  # noqa: S101  # there are steps
            built = runner.outcome(last, self._compile_ms, 0, failed_build=failed(last))
            if not failed(last):
                self._collected, self._kept = built.collected, area.keep()
        if self._kept:
            return None
        if not failed(last):
            built = replace(built, exit_code=1, error=TOO_MUCH, collected=Collected())
        self._over = f"not run: {built.error}"
        self._skip_rest()
        return replace(built, cases=tuple(self._results))

    def test(self) -> Outcome:
        """Run the tests one after another until something ends them all, and say how that went."""
        self._tell(f"1..{len(self.submission.tests)}")
        for case in self.submission.tests:
            left = self.deadline - time.monotonic()
            if self.stop.requested or left <= 0:
                end = End.CANCELLED if self.stop.requested else End.TIMEOUT
                self._end(Completed(end, -1, 0, 0, 0))
            if self._over:
                break
            ran, result = self._run(case, left)
            self._runs.append(ran)
            self._note(result)
            if ran.end is End.CANCELLED or (ran.end is End.TIMEOUT and left <= case.seconds):
                self._end(ran)
            elif self.submission.stop_on_failure and not result.passed:
                self._over = "not run: a test before it didn't pass"
        self._skip_rest()
        return self._outcome()

    def _end(self, last: Completed) -> None:
        """End all tests as this one ended, or would have."""
        self._status, self._error = verdict(last, self.submission.ttl, self.language)
        self._over = f"not run: {self._error}"

    def _run(self, case: Case, left: float) -> tuple[Completed, CaseResult]:
        """Run the program once, where nothing is but what was compiled, and judge it; the job has `left` seconds."""
        stdout, stderr = Output(limits.OUTPUT_BYTES), Output(limits.OUTPUT_BYTES)
        args = self.submission.args if case.args is None else case.args
        stdin = self.submission.stdin if case.stdin is None else case.stdin
        command = Command(
            argv=(*invocation(self.language, self.submission.code).run, *args),
            env={**self.language.env, **self.submission.env, **(case.env or {})},
            timeout=min(case.seconds, left),
            stdin=stdin.encode(),
        )
        with self._open() as area:
            area.expect(command)
            if self._kept:
                area.restore(self._kept)
            else:
                self._runner(area).write()
            ran = area.run(command, stdout, stderr, self.stop, self.started)
        ttl = case.seconds if case.seconds < left else self.submission.ttl
        return ran, self._result(case, ran, ttl, stdout, stderr)

    def _result(self, case: Case, ran: Completed, ttl: int, stdout: Output, stderr: Output) -> CaseResult:
        status, error = verdict(ran, ttl, self.language)
        passed = ran.end is End.EXITED and ran.exit_code == 0
        if case.expected_output is not None:
            expected = not stdout.truncated and same(stdout.bytes(), case.expected_output, self.submission.compare)
            passed = passed and expected
        shown = [self._share(stdout, 0), self._share(stderr, self._compiler_said)]
        ended = ran.end is End.EXITED
        return CaseResult(
            name=case.name,
            passed=passed,
            stdout=text(shown[0], ended=ended),
            stderr=text(shown[1], ended=ended),
            exit_code=ran.exit_code,
            error=error,
            execution_time_ms=ran.wall_ms,
            cpu_time_ms=ran.cpu_ms,
            max_memory_kb=ran.max_memory_kb,
            status=CaseStatus(status),
            stdout_truncated=shown[0].truncated or stdout.truncated,
            stderr_truncated=shown[1].truncated or stderr.truncated,
        )

    def _share(self, stream: Output, used: int) -> Output:
        """Return as much of a test's stream as the answer has room for: all together have what one job's has."""
        shown = Output((limits.OUTPUT_BYTES - used) // len(self.submission.tests))
        shown.feed(stream.bytes())
        return shown

    def _skip_rest(self) -> None:
        for case in self.submission.tests[len(self._results) :]:
            self._note(CaseResult(name=case.name, passed=False, error=self._over, status=CaseStatus.SKIPPED))

    def _note(self, result: CaseResult) -> None:
        """Keep a test's result, and tell of it while the others run."""
        self._results.append(result)
        number, name = len(self._results), " ".join((result.name or "").split())
        line = f"{'ok' if result.passed else 'not ok'} {number}{f' - {name}' if name else ''}"
        self._tell(line + (" # SKIP" if result.status is CaseStatus.SKIPPED else ""))

    def _tell(self, line: str) -> None:
        self.streams.stdout.feed(line.encode() + b"\n")

    def _outcome(self) -> Outcome:
        """Return how the job ended, as a test runner would: exit code 0 where all tests passed, else 1."""
        missed = sum(not result.passed for result in self._results)
        exit_code = int(missed > 0)
        if self._status is Status.COMPLETED and missed:
            self._error = f"{missed} of {len(self._results)} tests didn't pass"
        if self._status is not Status.COMPLETED:
            exit_code = -1
        wall_ms = sum(run.wall_ms for run in self._runs)
        cpu_ms = sum(run.cpu_ms for run in self._runs)
        memory_kb = max((run.max_memory_kb for run in self._runs), default=0)
        metered = Completed(End.EXITED, exit_code, wall_ms, cpu_ms, memory_kb)
        cases = tuple(self._results)
        return Outcome(
            self._status, exit_code, self._error, metered, self._compile_ms, wall_ms, self._collected, cases
        )

    def _open(self) -> AbstractContextManager[Area]:
        return self.sandbox.open(self.language.limits, self.submission.network_mode)

    def _runner(self, area: Area) -> Runner:
        return Runner(self.language, self.submission, area, self.streams, self.stop, self.started)
