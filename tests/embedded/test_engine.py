"""The engine with scripted workers: every accepted job ends once, whoever dies, and nothing is looked for twice."""

from __future__ import annotations

import select
import socket
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from functions.core.errors import FullError
from functions.core.job import Job, NetworkMode, Status, Submission
from functions.core.service import cancelled_result
from functions.core.store import now_ms
from functions.embedded import database, dispatcher
from functions.embedded.compose import Engine, open_engine
from tests.conftest import wait_until
from tests.embedded.scripted import ScriptedWorker, Staff, echo, no_post

MASTER = b"master"


@contextmanager
def engine(folder: Path, staff: Staff, room: int = 2, warm: tuple[str, ...] = ()) -> Iterator[Engine]:
    folder.mkdir(exist_ok=True)
    opened = open_engine(folder, MASTER, "http://files", staff, room, warm, post=no_post)
    opened.start()
    try:
        yield opened
    finally:
        opened.stop(0, threading.Event())
        opened.close()


def submit(to: Engine, code: str = "x", language: str = "bash") -> Job:
    job = Job(
        job_id=str(uuid.uuid4()),
        owner="owner",
        status=Status.PENDING,
        language=language,
        network_mode=NetworkMode.ZEROTRUST,
        created_ms=now_ms(),
    )
    assert to.storage.jobs.put(job, Submission(language=language, code=code))
    to.storage.dispatch.send(job, awaited=True)
    return job


def ended(of: Engine, job: Job, seconds: float = 5) -> Job:
    return of.storage.dispatch.wait(job, seconds)


def test_a_job_comes_back_with_its_result(tmp_path: Path) -> None:
    with engine(tmp_path, Staff()) as running:
        job = ended(running, submit(running, "hello"))
        assert job.status is Status.COMPLETED
        assert job.result
        assert job.result["stdout"] == "hello"
        assert job.started_ms
        assert job.completed_ms


@pytest.mark.parametrize("size", [1, 40_000, 900_000])
def test_big_submissions_and_results_arrive_whole(tmp_path: Path, size: int) -> None:
    with engine(tmp_path, Staff()) as running:
        job = ended(running, submit(running, "ä" * (size // 2) + "x"))
        assert job.result
        assert job.result["stdout"] == "ä" * (size // 2) + "x"


def test_hundreds_of_jobs_of_several_pools_all_end(tmp_path: Path) -> None:
    with engine(tmp_path, Staff(), warm=("bash-zerotrust",)) as running:
        jobs = [submit(running, str(n), ("bash", "python", "go")[n % 3]) for n in range(300)]
        outputs = [(ended(running, job).result or {})["stdout"] for job in jobs]
        assert outputs == [str(number) for number in range(300)]


def test_no_more_jobs_run_than_there_is_room_for(tmp_path: Path) -> None:
    most, now, lock = 0, 0, threading.Lock()

    def counting(worker: ScriptedWorker) -> None:
        nonlocal most, now
        while True:
            message, claim = worker.take()
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.01)
            with lock:
                now -= 1
            worker.end(message, claim)

    with engine(tmp_path, Staff([counting]), room=3) as running:
        jobs = [submit(running, language=("bash", "python", "go", "c")[n % 4]) for n in range(40)]
        assert {ended(running, job).status for job in jobs} == {Status.COMPLETED}
    assert most == 3


def test_a_job_whose_worker_dies_before_the_program_runs_on_another(tmp_path: Path) -> None:
    def dies(worker: ScriptedWorker) -> None:
        worker.take()

    with engine(tmp_path, Staff([dies, echo])) as running:
        job = ended(running, submit(running, "again"))
        assert job.result
        assert job.result["stdout"] == "again"


def test_a_job_whose_workers_all_die_before_the_program_ends(tmp_path: Path) -> None:
    def dies(worker: ScriptedWorker) -> None:
        worker.take()

    staff = Staff([dies])
    with engine(tmp_path, staff) as running:
        job = ended(running, submit(running))
        assert job.status is Status.COMPLETED
        assert job.result
        assert job.result["error"].startswith("platform: 3 workers")
        assert len(staff.started) >= 3


def test_a_job_whose_worker_dies_with_the_program_ends_and_is_not_run_again(tmp_path: Path) -> None:
    def dies(worker: ScriptedWorker) -> None:
        _, claim = worker.take()
        worker.work.heartbeat(claim, b"so far", b"")
        worker.work.mark_started(claim)

    with engine(tmp_path, Staff([dies, echo])) as running:
        job = ended(running, submit(running))
        assert job.status is Status.COMPLETED
        assert job.result
        assert job.result["error"] == "platform: the worker was lost while it had the job"
        assert job.result["stdout"] == "so far"
        assert (ended(running, submit(running, "next")).result or {})["stdout"] == "next"


def test_the_last_word_of_a_worker_that_dies_counts(tmp_path: Path) -> None:
    def ends_and_dies(worker: ScriptedWorker) -> None:
        message, claim = worker.take()
        worker.work.mark_started(claim)
        worker.end(message, claim, "done" * 20_000)

    with engine(tmp_path, Staff([ends_and_dies, echo])) as running:
        for _ in range(5):
            assert (ended(running, submit(running)).result or {})["stdout"] in ("done" * 20_000, "x")


def test_a_job_that_is_handed_back_runs_on_another_worker(tmp_path: Path) -> None:
    def hands_back(worker: ScriptedWorker) -> None:
        message, claim = worker.take()
        assert worker.work.hand_back(message, claim)

    with engine(tmp_path, Staff([hands_back, echo])) as running:
        assert (ended(running, submit(running, "again")).result or {})["stdout"] == "again"


def test_a_cancel_reaches_the_worker_at_once(tmp_path: Path) -> None:
    heard: list[float] = []

    def waits(worker: ScriptedWorker) -> None:
        _, claim = worker.take()
        worker.work.mark_started(claim)
        select.select([worker.work.news], [], [], 5)
        heard.append(time.monotonic())
        assert worker.work.heartbeat(claim, b"", b"") == "cancel"

    with engine(tmp_path, Staff([waits, echo])) as running:
        job = submit(running)
        wait_until(lambda: (running.storage.jobs.get(job.job_id) or job).status is Status.RUNNING, 5)
        asked = time.monotonic()
        assert running.storage.jobs.request_cancel(job.job_id)
        after = ended(running, job)
        assert heard[0] - asked < 0.1
        assert after.status is Status.CANCELLED  # its worker died before it said anything


def test_a_pending_job_that_was_cancelled_is_never_given_out(tmp_path: Path) -> None:
    go = threading.Event()

    def later(worker: ScriptedWorker) -> None:
        go.wait(5)
        echo(worker)

    with engine(tmp_path, Staff([later]), room=1) as running:
        job, other = submit(running, "never"), submit(running, "then")
        assert running.storage.jobs.cancel_pending(job.job_id, cancelled_result(job))
        go.set()
        assert (ended(running, other).result or {})["stdout"] == "then"
        assert ended(running, job).status is Status.CANCELLED


def test_partial_output_is_there_while_the_job_runs(tmp_path: Path) -> None:
    seen = threading.Event()

    def shows(worker: ScriptedWorker) -> None:
        message, claim = worker.take()
        worker.work.heartbeat(claim, b"out" * 30_000, b"err")
        seen.wait(5)
        worker.end(message, claim)

    with engine(tmp_path, Staff([shows])) as running:
        job = submit(running)
        wait_until(lambda: bool((running.storage.jobs.get(job.job_id) or job).partial_stderr), 5)
        now = running.storage.jobs.get(job.job_id)
        assert now
        assert (now.partial_stdout, now.partial_stderr) == ("out" * 30_000, "err")
        seen.set()
        assert ended(running, job).partial_stdout == ""


@pytest.mark.parametrize(
    "head",
    [{"op": "put", "key": "results/../x"}, {"op": "put", "key": "payloads/0"}, {"op": "end", "status": "odd"}, {}],
)
def test_a_worker_that_says_what_it_may_not_is_ended_and_so_is_its_job(tmp_path: Path, head: dict[str, str]) -> None:
    def lies(worker: ScriptedWorker) -> None:
        _, claim = worker.take()
        worker.work.mark_started(claim)
        worker.work._channel.send(head, b"{}")
        worker.terminated.wait(5)

    with engine(tmp_path, Staff([lies, echo])) as running:
        job = ended(running, submit(running))
        assert job.result
        assert job.result["error"].startswith("platform:")
        assert (ended(running, submit(running, "next")).result or {})["stdout"] == "next"


@pytest.mark.parametrize("dies", [False, True])
def test_a_result_that_the_disk_has_no_room_for_is_kept_until_it_has(tmp_path: Path, dies: bool) -> None:
    go, gone = threading.Event(), threading.Event()

    def ends(worker: ScriptedWorker) -> None:
        message, claim = worker.take()
        worker.work.mark_started(claim)
        go.wait(5)
        worker.end(message, claim, "x" * 30_000)
        gone.set()
        if not dies:
            echo(worker)

    with engine(tmp_path, Staff([ends, echo]), room=1) as running:
        job = submit(running)
        wait_until(lambda: (running.storage.jobs.get(job.job_id) or job).status is Status.RUNNING, 5)
        next_one = submit(running, "next")
        running._database._writer.execute("PRAGMA max_page_count = 1").fetchall()
        go.set()
        assert gone.wait(5)
        assert ended(running, job, 0.2).status is Status.RUNNING
        running._database._writer.execute("PRAGMA max_page_count = 1000000").fetchall()
        assert (ended(running, job).result or {})["stdout"] == "x" * 30_000
        assert (ended(running, next_one).result or {})["stdout"] == "next"


def test_what_waits_when_the_service_ends_runs_in_the_next(tmp_path: Path) -> None:
    def never(worker: ScriptedWorker) -> None:
        worker.take()
        worker.terminated.wait(5)

    with engine(tmp_path, Staff([never]), room=1) as running:
        jobs = [submit(running, str(number)) for number in range(5)]
    with engine(tmp_path, Staff()) as running:
        assert [(ended(running, job).result or {})["stdout"] for job in jobs] == list("01234")


def test_a_service_that_ends_wakes_who_waits(tmp_path: Path) -> None:
    def never(worker: ScriptedWorker) -> None:
        worker.terminated.wait(5)

    found: list[Job] = []
    with engine(tmp_path, Staff([never])) as running:
        job = submit(running)
        waiting = threading.Thread(target=lambda: found.append(ended(running, job, 60)))
        waiting.start()
        time.sleep(0.05)
        begin = time.monotonic()
        running.stop(0, threading.Event())
        waiting.join(5)
        assert time.monotonic() - begin < 3
    assert [each.status for each in found] == [Status.PENDING]


def test_a_full_disk_is_told_until_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "TRY_SECONDS", 0)
    with engine(tmp_path, Staff()) as running:
        assert running.trouble() is None
        running._database._writer.execute("PRAGMA max_page_count = 1").fetchall()
        with pytest.raises(FullError):
            submit(running, "x" * 20_000)
        assert running.trouble() == "The disk is full: no job can be recorded."
        running._database._writer.execute("PRAGMA max_page_count = 1000000").fetchall()
        assert running.trouble() is None


def test_an_engine_that_hangs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "SILENT_SECONDS", 0.3)
    go = threading.Event()
    staff = Staff()

    def hangs(index: int, name: str, pool: str, connection: socket.socket) -> ScriptedWorker:
        go.wait(5)
        return staff(index, name, pool, connection)

    with engine(tmp_path, cast(Staff, hangs)) as running:
        job = submit(running, "hello")
        wait_until(lambda: "has done nothing" in (running.trouble() or ""), 5)
        go.set()
        assert (ended(running, job).result or {})["stdout"] == "hello"
        assert running.trouble() is None


def test_workers_that_never_are_ready_are_told(tmp_path: Path) -> None:
    with engine(tmp_path, Staff([lambda _: None, lambda _: None, echo])) as running:
        job = submit(running, "hello")
        wait_until(lambda: "No worker can be started, for bash-zerotrust" in (running.trouble() or ""), 5)
        assert (ended(running, job, 10).result or {})["stdout"] == "hello"
        assert running.trouble() is None


def test_a_launch_that_fails_in_any_way_leaves_nothing_behind(tmp_path: Path) -> None:
    staff, failures = Staff(), iter([EOFError(), RuntimeError("odd")])

    def fails(index: int, name: str, pool: str, connection: socket.socket) -> ScriptedWorker:
        if failure := next(failures, None):
            raise failure
        assert index == 0  # no place is taken by one that never was
        return staff(index, name, pool, connection)

    with engine(tmp_path, cast(Staff, fails), room=1) as running:
        assert (ended(running, submit(running, "hello"), 10).result or {})["stdout"] == "hello"


def test_the_loss_of_a_thread_is_told_once(tmp_path: Path) -> None:
    told: list[str] = []
    with engine(tmp_path, Staff()) as running:
        running.parts.on_loss = told.append
        for _ in range(2):
            thread = running.parts.thread("bookkeeper", lambda: sys.exit("odd"))
            thread.start()
            thread.join()
        assert [running.trouble()] == told
        assert "bookkeeper: SystemExit" in told[0]
