"""Runs one claimed job in a sandbox: write, compile, run, collect. What the program does wrong is data."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeGuard

from functions.core import limits
from functions.core.cases import CaseResult
from functions.core.invocation import Invocation, invocation
from functions.core.job import Status, Submission
from functions.core.languages import Language
from runtime_images.worker.sandbox.contract import (
    Area,
    Collected,
    Command,
    Completed,
    End,
    Input,
    Output,
    Sandbox,
    Stop,
)

WASM_ARTIFACT = "main.wasm"


@dataclass(frozen=True, slots=True)
class Streams:
    """A job's output so far, compiler and program together; and its input, where that stays open."""

    stdout: Output = field(default_factory=lambda: Output(limits.OUTPUT_BYTES))
    stderr: Output = field(default_factory=lambda: Output(limits.OUTPUT_BYTES))
    stdin: Input | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job's program ended. `metered` is the last command: the program, or a compiler that failed."""

    status: Status
    exit_code: int
    error: str | None
    metered: Completed
    compile_ms: int
    execution_ms: int
    collected: Collected
    cases: tuple[CaseResult, ...] | None = None  # of a submission with tests


@dataclass(frozen=True, slots=True)
class Runner:
    """One job's program in one area."""

    language: Language
    submission: Submission
    area: Area
    streams: Streams
    stop: Stop
    started: Callable[[], None]

    def run(self) -> Outcome:
        """Compile if need be, run, and collect what was asked for; compile and run share the ttl."""
        self.area.expect(self.first())
        deadline = time.monotonic() + self.submission.ttl
        last, compile_ms = self.build(deadline)
        if failed(last):
            return self.outcome(last, compile_ms, 0, failed_build=True)
        ran = self.area.run(
            self._program(deadline), self.streams.stdout, self.streams.stderr, self.stop, self.started
        )
        return self.outcome(ran, compile_ms, ran.wall_ms)

    def first(self) -> Command:
        """Return the job's first command, as far as it is known before its time has begun."""
        steps = build_steps(self.language, self.submission)
        return Command(steps[0], self.language.env, timeout=0) if steps else self._program(deadline=0)

    def _program(self, deadline: float) -> Command:
        return Command(
            argv=(*self._invocation.run, *self.submission.args),
            env={**self.language.env, **self.submission.env},
            timeout=max(deadline - time.monotonic(), 0),
            stdin=self.submission.stdin.encode(),
            more=self.streams.stdin,
        )

    def build(self, deadline: float) -> tuple[Completed | None, int]:
        """Write the files, and compile if need be; return the last step, if there was one, and all their time."""
        self.write()
        built, compile_ms = None, 0
        for argv in build_steps(self.language, self.submission):
            built = self._build(argv, deadline)
            compile_ms += built.wall_ms
            if failed(built):
                break
        return built, compile_ms

    def write(self) -> None:
        """Put the program and its input files into the area."""
        # The program comes last: an input file of the same name stays readable under /tmp/input/.
        for name, content in self.submission.named_files():
            self.area.write_input(name, content)
        self.area.write(self.language.source, self.language.text(self.submission.code).encode())

    @property
    def _invocation(self) -> Invocation:
        return invocation(self.language, self.submission.code)

    def _build(self, argv: tuple[str, ...], deadline: float) -> Completed:
        """Run a build step, all of its output on stderr, without the customer's environment."""
        command = Command(argv=argv, env=self.language.env, timeout=max(deadline - time.monotonic(), 0))
        return self.area.run(command, self.streams.stderr, self.streams.stderr, self.stop, self.started)

    def outcome(self, last: Completed, compile_ms: int, execution_ms: int, *, failed_build: bool = False) -> Outcome:
        """Return how the job ended, by its last command, and what it leaves."""
        status, error = verdict(last, self.submission.ttl, self.language)
        if failed_build and error is None:
            error = "compilation failed"
        collected = Collected() if failed_build else self._collect()
        return Outcome(status, last.exit_code, error, last, compile_ms, execution_ms, collected)

    def _collect(self) -> Collected:
        paths: list[str] = []
        if self.submission.return_artifact and self.language.artifact:
            paths.append(self.language.artifact)
        if self.submission.return_wasm_artifact:
            paths.append(WASM_ARTIFACT)
        if not paths and not self.submission.return_artifact:
            return Collected()
        return self.area.collect(tuple(paths))


def build_steps(language: Language, submission: Submission) -> list[tuple[str, ...]]:
    """Return what is run before the program."""
    compile_step = invocation(language, submission.code).compile
    bundle = language.bundle if submission.return_artifact else None
    wasm = language.wasm if submission.return_wasm_artifact else None
    return [argv for argv in (compile_step, bundle, wasm) if argv]


def failed(step: Completed | None) -> TypeGuard[Completed]:
    """Whether a build step ended otherwise than well."""
    return step is not None and (step.end is not End.EXITED or step.exit_code != 0)


def verdict(last: Completed, ttl: int, language: Language) -> tuple[Status, str | None]:
    """Return how a command that had `ttl` seconds ended, and what is to be said of it."""
    match last.end:
        case End.TIMEOUT:
            return Status.TIMEOUT, f"timeout: not finished within the ttl of {ttl} s"
        case End.CANCELLED:
            return Status.CANCELLED, "cancelled"
        case End.MEMORY:
            return Status.COMPLETED, f"killed: memory limit ({language.limits.memory_mb} MiB)"
        case End.EXITED if last.exit_code > 128:
            return Status.COMPLETED, _signal_error(last.exit_code - 128)
        case _:
            return Status.COMPLETED, None


def first_command(language: Language) -> Command:
    """Return what a job of this language runs first, if the customer adds nothing to it."""
    plain = invocation(language, "")
    return Command(argv=plain.compile or plain.run, env=language.env, timeout=0)


def _signal_error(number: int) -> str | None:
    """Say which signal ended a program; None for a plain exit code that only looks like one."""
    try:
        return f"killed: signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return None


def run_job(
    sandbox: Sandbox,
    language: Language,
    submission: Submission,
    streams: Streams,
    stop: Stop,
    started: Callable[[], None],
) -> Outcome:
    """Run a submission in an area of its own. SandboxUnavailableError and OSError are failures of ours."""
    with sandbox.open(language.limits, submission.network_mode) as area:
        return Runner(language, submission, area, streams, stop, started).run()
