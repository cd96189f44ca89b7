"""The worker: whatever happens around a job, it ends once, and its result tells the truth."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from functions.aws import clients
from functions.aws.work import AwsWorkQueue
from functions.core.job import Job, NetworkMode, Status, Submission
from functions.core.languages import catalog
from functions.core.limits import OUTPUT_BYTES
from functions.core.store import now_ms
from runtime_images.worker.output import INLINE_ARTIFACT_BYTES
from runtime_images.worker.sandbox.contract import Completed, End, SandboxLostError, SandboxUnavailableError
from runtime_images.worker.worker import Worker
from tests.aws import Cloud, cloud
from tests.worker.scripted import Script, ScriptedSandbox, collected

MEMORY_MB = catalog()["python"].limits.memory_mb
POOL = "python-zerotrust"


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def submit(aws: Cloud, language: str = "python", **fields: Any) -> str:
    job = Job(
        job_id=f"{language}-job",
        owner="me",
        status=Status.PENDING,
        language=language,
        network_mode=NetworkMode.ZEROTRUST,
        created_ms=now_ms(),
    )
    aws.store.put(job, Submission.model_validate({"language": language, "code": "code", **fields}))
    aws.queue.send(f"{language}-zerotrust", job.job_id)
    return job.job_id


def worker(aws: Cloud, sandbox: ScriptedSandbox, language: str = "python") -> Worker:
    work = AwsWorkQueue(f"{language}-zerotrust", "worker", aws.store, aws.queue, aws.files, beat_seconds=0.05)
    return Worker(catalog()[language], NetworkMode.ZEROTRUST, work, sandbox)


def run(aws: Cloud, *scripts: Script, language: str = "python", **fields: Any) -> tuple[Job, ScriptedSandbox]:
    job_id = submit(aws, language, **fields)
    sandbox = ScriptedSandbox(list(scripts))
    worker(aws, sandbox, language).serve(jobs=1, idle_seconds=5)
    job = aws.store.get(job_id)
    assert job
    return job, sandbox


def result(job: Job) -> dict[str, Any]:
    assert job.result
    return job.result


def test_a_program_that_ends_well(aws: Cloud) -> None:
    job, sandbox = run(aws, Script(b"out", b"err"), env={"A": "1"}, args=["x"], stdin="in")
    assert job.status is Status.COMPLETED
    assert result(job)["success"] is True
    assert (result(job)["stdout"], result(job)["stderr"], result(job)["exit_code"]) == ("out", "err", 0)
    assert result(job)["execution_time"] == result(job)["execution_time_ms"] == 5
    assert sandbox.written == {"main.py": b"code"}
    (command,) = sandbox.commands
    assert command.argv == ("python3", "main.py", "x")
    assert command.env["A"] == "1"
    assert command.stdin == b"in"
    assert aws.messages(POOL) == 0


def test_the_program_wins_over_an_input_file_of_its_name(aws: Cloud) -> None:
    _, sandbox = run(aws, Script(), input_files=[{"filename": "main.py", "content": "eA=="}])
    assert sandbox.inputs == {"main.py": b"x"}
    assert sandbox.written == {"main.py": b"code"}


def test_compile_and_run_share_the_ttl_and_the_customers_env_is_the_programs_only(aws: Cloud) -> None:
    job, sandbox = run(aws, Script(b"note"), Script(b"out"), language="c", ttl=9, env={"PATH": "/evil"})
    build, program = sandbox.commands
    assert "PATH" not in build.env
    assert program.env["PATH"] == "/evil"
    assert 8 < program.timeout <= build.timeout <= 9
    assert (result(job)["stdout"], result(job)["stderr"]) == ("out", "note")
    assert (result(job)["compile_time_ms"], result(job)["execution_time_ms"]) == (5, 5)


def test_a_compiler_that_refuses(aws: Cloud) -> None:
    failed = Completed(End.EXITED, 1, wall_ms=7, cpu_ms=1, max_memory_kb=1)
    job, sandbox = run(aws, Script(b"main.c:1: error", completed=failed), language="c", return_artifact=True)
    assert len(sandbox.commands) == 1
    assert sandbox.collected is None
    assert (job.status, result(job)["exit_code"], result(job)["success"]) == (Status.COMPLETED, 1, False)
    assert (result(job)["stdout"], result(job)["stderr"]) == ("", "main.c:1: error")
    assert result(job)["error"] == "compilation failed"


@pytest.mark.parametrize(
    ("completed", "status", "exit_code", "error"),
    [
        (Completed(End.TIMEOUT, -1, 1, 1, 1), Status.TIMEOUT, -1, "timeout: not finished within the ttl of 60 s"),
        (Completed(End.MEMORY, 137, 1, 1, 1), Status.COMPLETED, 137, f"killed: memory limit ({MEMORY_MB} MiB)"),
        (Completed(End.EXITED, 139, 1, 1, 1), Status.COMPLETED, 139, "killed: signal 11 (SIGSEGV)"),
        (Completed(End.EXITED, 255, 1, 1, 1), Status.COMPLETED, 255, None),
        (Completed(End.EXITED, 3, 1, 1, 1), Status.COMPLETED, 3, None),
    ],
)
def test_ends_are_told(aws: Cloud, completed: Completed, status: Status, exit_code: int, error: str | None) -> None:
    job, _ = run(aws, Script(b"so far", completed=completed))
    assert job.status is status
    assert result(job)["success"] is False
    assert (result(job)["exit_code"], result(job)["error"]) == (exit_code, error)
    assert result(job)["stdout"] == "so far"


def test_output_that_is_not_utf8_is_replaced(aws: Cloud) -> None:
    job, _ = run(aws, Script(b"caf\xe9"))
    assert result(job)["stdout"] == "caf\ufffd"


def test_cancel_while_running_keeps_the_output(aws: Cloud) -> None:
    job, _ = run(aws, Script(b"first line\n", waits=True, during=lambda: aws.store.request_cancel("python-job")))
    assert job.status is Status.CANCELLED
    assert (result(job)["error"], result(job)["exit_code"]) == ("cancelled", -1)
    assert result(job)["stdout"] == "first line\n"
    assert aws.messages(POOL) == 0


def test_a_job_taken_away_is_stopped_and_its_result_not_written(aws: Cloud) -> None:
    def take_away() -> None:
        job = aws.store.get("python-job")
        assert job
        assert aws.store.request_cancel(job.job_id)
        assert aws.store.cancel_lost(job.job_id, {"stdout": "the API ended it", "artifacts": []})

    job, _ = run(aws, Script(b"late", waits=True, during=take_away))
    assert result(job)["stdout"] == "the API ended it"


def test_partial_output_can_be_read_while_it_runs(aws: Cloud) -> None:
    seen: list[str] = []

    def look() -> None:
        deadline = time.monotonic() + 20
        while not seen and time.monotonic() < deadline:
            job = aws.store.get("python-job")
            assert job
            if job.partial_stdout:
                seen.append(job.partial_stdout)

    run(aws, Script(b"so far", during=look))
    assert seen == ["so far"]


def test_a_second_message_for_the_same_job_runs_nothing(aws: Cloud) -> None:
    run(aws, Script(b"once"))
    aws.queue.send(POOL, "python-job")
    sandbox = ScriptedSandbox([])
    worker(aws, sandbox).serve(jobs=1, idle_seconds=0.2)
    assert sandbox.commands == []
    assert aws.messages(POOL) == 0


def test_a_worker_whose_sandbox_is_lost_hands_the_job_back_and_ends(aws: Cloud) -> None:
    submit(aws)
    worker(aws, ScriptedSandbox([Script(raises=SandboxLostError("gone"))])).serve(jobs=9, idle_seconds=30)
    job = aws.store.get("python-job")
    assert job
    assert job.status is Status.PENDING
    worker(aws, ScriptedSandbox([Script(b"again")])).serve(jobs=1, idle_seconds=1)
    job = aws.store.get("python-job")
    assert job
    assert result(job)["stdout"] == "again"


def test_a_sandbox_that_cannot_start_is_tried_once_more(aws: Cloud) -> None:
    submit(aws)
    broken = SandboxUnavailableError("no user namespaces")
    worker(aws, ScriptedSandbox([Script(raises=broken)])).serve(jobs=1, idle_seconds=5)
    job = aws.store.get("python-job")
    assert job
    assert job.status is Status.PENDING
    worker(aws, ScriptedSandbox([Script(b"now")])).serve(jobs=1, idle_seconds=5)
    job = aws.store.get("python-job")
    assert job
    assert result(job)["stdout"] == "now"


def test_a_sandbox_that_fails_once_the_program_runs_is_not_tried_again(aws: Cloud) -> None:
    def fail() -> None:
        raise OSError("the spawner is gone")

    submit(aws)
    worker(aws, ScriptedSandbox([Script(b"did it", during=fail)])).serve(jobs=1, idle_seconds=5)
    job = aws.store.get("python-job")
    assert job
    assert (result(job)["stdout"], result(job)["error"]) == (
        "did it",
        "platform: the sandbox failed: the spawner is gone",
    )
    url = aws.settings.queue_url_prefix + POOL
    hidden = clients.sqs().get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
    )
    assert hidden["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "0"  # deleted, not left to come again


def test_a_sandbox_that_cannot_start_twice_ends_the_job_honestly(aws: Cloud) -> None:
    submit(aws)
    broken = OSError("no space left on device")
    worker(aws, ScriptedSandbox([Script(raises=broken), Script(raises=broken)])).serve(jobs=2, idle_seconds=5)
    job = aws.store.get("python-job")
    assert job
    assert job.status is Status.COMPLETED
    assert result(job)["success"] is False
    assert result(job)["error"].startswith("platform:")
    assert aws.messages(POOL) == 0


def test_sigterm_while_the_program_runs_ends_the_job_honestly(aws: Cloud) -> None:
    submit(aws)
    sandbox = ScriptedSandbox([])
    serving = worker(aws, sandbox)
    sandbox.scripts.append(Script(b"half", waits=True, during=serving.terminate))
    serving.serve(jobs=1, idle_seconds=5)
    job = aws.store.get("python-job")
    assert job
    assert result(job)["error"] == "platform: the worker was stopped while the program ran"
    assert result(job)["stdout"] == "half"


def test_sigterm_before_the_program_hands_the_job_back(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    submit(aws)
    sandbox = ScriptedSandbox([])
    serving = worker(aws, sandbox)
    claim = aws.store.claim

    def claim_then_terminate(job_id: str, name: str, like: Any = None) -> Any:
        claimed = claim(job_id, name, like)
        signal.raise_signal(signal.SIGUSR1)
        return claimed

    previous = signal.signal(signal.SIGUSR1, lambda *_: serving.terminate())
    try:
        monkeypatch.setattr(aws.store, "claim", claim_then_terminate)
        serving.serve(jobs=1, idle_seconds=5)
    finally:
        signal.signal(signal.SIGUSR1, previous)
    job = aws.store.get("python-job")
    assert job
    assert job.status is Status.PENDING
    assert sandbox.commands == []
    assert aws.messages(POOL) == 1


def test_an_idle_worker_leaves(aws: Cloud) -> None:
    worker(aws, ScriptedSandbox([])).serve(jobs=1, idle_seconds=0.5)


def test_artifacts_that_fit_are_inline_and_others_become_links(aws: Cloud) -> None:
    submit(aws, "c", return_artifact=True)
    sandbox = ScriptedSandbox([Script()] * 3)
    sandbox.files = [collected("main", b"\x7fELF"), collected("big", b"x" * INLINE_ARTIFACT_BYTES)]
    worker(aws, sandbox, "c").serve(jobs=1, idle_seconds=5)
    assert sandbox.collected == ("main",)
    job = aws.store.get("c-job")
    assert job
    small, big = result(job)["artifacts"]
    assert (small["filename"], small["content_base64"], small["size"], small["type"]) == (
        "main",
        "f0VMRg==",
        4,
        "base64",
    )
    assert "content_base64" not in big
    assert "key" not in big
    assert big["url"].startswith("https://")
    assert "results/c-job/1" in aws.objects()


def test_streams_and_artifacts_fit_one_answer_of_lambda(aws: Cloud) -> None:
    """6 MB is what Lambda sends whole: where the streams are full, artifacts that were inline become links."""
    submit(aws, "c", return_artifact=True)
    full = b"x" * OUTPUT_BYTES
    sandbox = ScriptedSandbox([Script(), Script(), Script(full, full)])
    sandbox.files = [collected("small", b"x" * 500_000), collected("big", b"x" * 1_000_000)]
    worker(aws, sandbox, "c").serve(jobs=1, idle_seconds=5)
    job = aws.store.get("c-job")
    assert job
    assert (len(result(job)["stdout"]), len(result(job)["stderr"])) == (OUTPUT_BYTES, OUTPUT_BYTES)
    assert ["url" in each for each in result(job)["artifacts"]] == [False, True]
    assert len(json.dumps(result(job))) < 6_000_000


def test_a_large_submission_is_deleted_when_the_job_ends(aws: Cloud) -> None:
    run(aws, Script(), stdin="x" * 300_000)
    assert aws.objects() == []


@pytest.mark.parametrize("vcpu", [0.25, 2])
def test_the_answer_says_which_processors_the_job_had(aws: Cloud, vcpu: float) -> None:
    job_id = submit(aws, "python", vcpu=8)
    there = worker(aws, ScriptedSandbox([Script(b"out")]))
    there.vcpu = vcpu
    there.serve(jobs=1, idle_seconds=5)
    job = aws.store.get(job_id)
    assert job
    assert result(job)["vcpu"] == vcpu
    assert type(result(job)["vcpu"]) is type(vcpu)


def with_tests(aws: Cloud, *scripts: Script, language: str = "python", **fields: Any) -> tuple[Any, ScriptedSandbox]:
    tests = [{"stdin": str(number), "expected_output": "ok"} for number in range(3)]
    job, sandbox = run(aws, *scripts, language=language, tests=tests, **fields)
    return result(job), sandbox


def test_a_program_is_compiled_once_and_run_for_each_test(aws: Cloud) -> None:
    found, sandbox = with_tests(aws, Script(b"note"), Script(b"ok"), Script(b"no"), Script(b"ok\n"), language="c")
    assert [command.stdin for command in sandbox.commands] == [b"", b"0", b"1", b"2"]
    assert (sandbox.opened, sandbox.kept, sandbox.restored) == (4, 1, 3)
    assert [test["passed"] for test in found["tests"]] == [True, False, True]
    assert (found["passed"], found["success"], found["exit_code"], found["stderr"]) == (2, False, 1, "note")
    assert (found["compile_time_ms"], found["execution_time_ms"], found["cpu_time_ms"]) == (5, 15, 12)


def test_an_interpreted_program_is_written_for_each_test(aws: Cloud) -> None:
    found, sandbox = with_tests(aws, *[Script(b"ok")] * 3)
    assert (sandbox.opened, sandbox.kept, sandbox.restored) == (3, 0, 0)
    assert (found["passed"], found["success"], found["exit_code"], found["error"]) == (3, True, 0, None)


def test_what_tests_expect_is_never_given_to_the_sandbox(aws: Cloud) -> None:
    tests = [{"expected_output": "the-secret"}]
    _, sandbox = run(aws, Script(), Script(), language="c", tests=tests)
    assert b"the-secret" not in b"".join([*sandbox.written.values(), *sandbox.inputs.values()])
    assert "the-secret" not in repr(sandbox.commands)


def test_tests_cannot_begin_with_too_much(aws: Cloud) -> None:
    submit(aws, "c", tests=[{}, {}])
    sandbox = ScriptedSandbox([Script()], too_much=True)
    worker(aws, sandbox, "c").serve(jobs=1, idle_seconds=5)
    job = aws.store.get("c-job")
    assert job
    assert (job.status, result(job)["exit_code"], result(job)["passed"]) == (Status.COMPLETED, 1, 0)
    assert "64 MiB" in result(job)["error"]
    assert [test["status"] for test in result(job)["tests"]] == ["skipped", "skipped"]


def test_sigterm_while_a_test_runs_ends_the_job_honestly(aws: Cloud) -> None:
    submit(aws, tests=[{}, {}])
    sandbox = ScriptedSandbox([])
    serving = worker(aws, sandbox)
    sandbox.scripts.append(Script(b"half", waits=True, during=serving.terminate))
    serving.serve(jobs=1, idle_seconds=5)
    job = aws.store.get("python-job")
    assert job
    assert result(job)["error"] == "platform: the worker was stopped while the program ran"
    assert len(sandbox.commands) == 1
