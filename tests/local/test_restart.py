"""What becomes of jobs, keys and files when the service ends or dies, and what it says when it can't begin."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from functions.embedded.compose import DATABASE
from functions.embedded.schema import MIGRATIONS
from infra.local.temporary import NOTE
from tests.client import Client
from tests.conformance.shapes import check_result
from tests.conftest import ROOT, LocalService, serving, wait_until
from tests.local import processes


def kill_all(service: LocalService) -> None:
    """Kill the service and all that it has started, at one stroke."""
    pids = processes.tree(service.process.pid)
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            with suppress(ProcessLookupError):  # it has ended, or what it lives by has
                os.kill(pid, number)
    service.stop(signal.SIGKILL)
    wait_until(lambda: not processes.alive(pids), 5)


def refusal(state: Path, *options: str) -> str:
    """Return what a start says that fails."""
    argv = [sys.executable, "-m", "infra.local", "--port", "0", "--state-dir", str(state), *options]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("scripts/local: ")
    return done.stderr


def create_key(state: Path) -> dict[str, Any]:
    argv = [sys.executable, "-m", "infra.keys", "create", "--local", str(state), "--name", "Ada"]
    made: dict[str, Any] = json.loads(subprocess.check_output(argv, cwd=ROOT, text=True, stderr=subprocess.DEVNULL))
    return made


def test_after_the_death_of_everything_each_job_ends_once(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with serving(state, "--workers", "1") as first:
        done = first.client.execute("bash", "echo done")
        running = first.client.submit("bash", "echo begun; sleep 60")
        first.client.until(running, lambda job: job.get("partial", {}).get("stdout"))
        pending = [first.client.submit("bash", f"echo {number}") for number in range(5)]
        kill_all(first)
    left = Path((state / NOTE).read_text())
    assert left.is_dir()
    with serving(state, "--workers", "1") as second:
        assert not left.exists()
        assert second.client.job(done["job_id"])["result"]["stdout"] == "done\n"
        lost = second.client.job(running)
        check_result(lost["result"])
        assert (lost["status"], lost["result"]["exit_code"]) == ("completed", -1)
        assert lost["result"]["error"].startswith("platform:")
        outputs = [second.client.finished(job_id)["result"]["stdout"] for job_id in pending]
        assert outputs == [f"{number}\n" for number in range(5)]


def test_a_job_that_was_claimed_but_had_not_started_runs_after_the_death_of_everything(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with serving(state, "--workers", "1") as first:
        job_id = first.client.submit("bash", "echo once")
        first.client.finished(job_id)
        kill_all(first)
    with closing(sqlite3.connect(state / DATABASE)) as database:  # as it was between the claim and the start
        [columns] = database.execute("SELECT payload FROM jobs").fetchall()
        assert columns == (None,)
        submission = json.dumps({"language": "bash", "code": "echo again"}).encode()
        database.execute(
            "UPDATE jobs SET status = 'running', completed_ms = NULL, result = NULL, payload = ?", (submission,)
        )
        database.commit()
    for mark in (state / "marks").glob("[0-9]*"):
        mark.write_text("")
    with serving(state, "--workers", "1") as second:
        assert second.client.finished(job_id)["result"]["stdout"] == "again\n"


def test_after_a_restart_of_the_machine_a_running_job_counts_as_started(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with serving(state, "--workers", "1") as first:
        job_id = first.client.submit("bash", "sleep 60")
        first.client.until(job_id, lambda job: job["status"] == "running")
        kill_all(first)
    for mark in (state / "marks").glob("[0-9]*"):
        mark.write_text("")
    (state / "marks" / "boot").write_text("another boot")
    with serving(state, "--workers", "1") as second:
        assert second.client.job(job_id)["result"]["error"].startswith("platform:")


def test_keys_and_idempotency_keys_outlive_the_service(tmp_path: Path) -> None:
    state = tmp_path / "state"
    headers = {"Idempotency-Key": "once", "Content-Type": "application/json"}
    body = json.dumps({"language": "bash", "code": "echo once"}).encode()
    with serving(state) as first:
        key = create_key(state)
        client = Client(first.base_url, key["secret_key"])
        answer = client.request("POST", "/execute", body, headers).json
        assert first.stop() == 0
    while_stopped = create_key(state)
    with serving(state) as second:
        again = Client(second.base_url, key["secret_key"]).request("POST", "/execute", body, headers).json
        assert again == answer
        assert Client(second.base_url, while_stopped["secret_key"]).request("GET", "/keys/self").status == 200


def test_a_second_service_on_the_same_folder_refuses(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with serving(state) as first:
        told = refusal(state)
        assert str(first.process.pid) in told
        assert "--state-dir" in told
        assert first.client.request("GET", "/health").status == 200


@pytest.mark.parametrize("harm", ["newer", "no database", "torn"])
def test_a_database_that_cannot_be_used_is_told_and_left_as_it_is(tmp_path: Path, harm: str) -> None:
    state = tmp_path / "state"
    with serving(state) as first:
        first.client.execute("bash", "echo hi")
    path = state / DATABASE
    if harm == "newer":
        with closing(sqlite3.connect(path)) as database:
            database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    elif harm == "no database":
        path.write_bytes(b"something else" * 1000)
    else:
        content = bytearray(path.read_bytes())
        content[4096:] = os.urandom(len(content) - 4096)
        path.write_bytes(content)
    before = path.read_bytes()
    assert str(path) in refusal(state)
    assert path.read_bytes() == before


def test_jobs_that_run_get_their_grace_and_new_ones_are_refused(tmp_path: Path) -> None:
    with serving(tmp_path / "state", "--workers", "1", "--grace", "30") as running:
        job_id = running.client.submit(
            "bash", "while ! [ -e /tmp/never ] && [ $((++n)) -lt 20 ]; do sleep 0.1; done; echo ended"
        )
        running.client.until(job_id, lambda job: job["status"] == "running")
        waiting = running.client.submit("bash", "echo later")
        running.process.send_signal(signal.SIGTERM)
        wait_until(lambda: running.client.post("/execute", {"language": "bash", "code": "echo hi"}).status == 503, 5)
        refused = running.client.post("/execute/async", {"language": "bash", "code": "echo hi"})
        assert (refused.status, refused.json["error"]) == (503, "service_unavailable")
        assert int({name.lower(): value for name, value in refused.headers.items()}["retry-after"]) > 0
        assert running.client.job(job_id)["status"] == "running"  # reading goes on
        assert running.process.wait(20) == 0
    with serving(tmp_path / "state", "--workers", "1") as next_one:
        assert next_one.client.job(job_id)["result"]["stdout"] == "ended\n"
        assert next_one.client.finished(waiting)["result"]["stdout"] == "later\n"


def test_a_second_signal_hurries(tmp_path: Path) -> None:
    with serving(tmp_path / "state", "--workers", "1", "--grace", "300") as running:
        job_id = running.client.submit("bash", "sleep 300")
        running.client.until(job_id, lambda job: job["status"] == "running")
        running.process.send_signal(signal.SIGTERM)
        wait_until(lambda: running.client.post("/execute", {"language": "bash", "code": "echo hi"}).status == 503, 5)
        begin = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - begin < 5
    with serving(tmp_path / "state", "--workers", "1") as next_one:
        job = next_one.client.job(job_id)
        assert (job["status"], job["result"]["error"]) == (
            "completed",
            "platform: the worker was stopped while the program ran",
        )


def test_partial_output_is_shown_within_a_tenth_of_a_second(service: LocalService) -> None:
    job_id = service.client.submit("bash", "while :; do date +%s.%N; sleep 0.02; done", ttl=20)
    service.client.until(job_id, lambda job: job.get("partial", {}).get("stdout"))
    late = []
    for _ in range(10):
        lines = service.client.job(job_id)["partial"]["stdout"].splitlines()
        late.append(time.time() - float(lines[-1]))
        time.sleep(0.03)
    service.client.request("DELETE", f"/jobs/{job_id}")
    assert sorted(late)[5] < 0.15, late  # a tenth, and what it takes to ask


def test_a_cancel_ends_a_program_at_once(service: LocalService) -> None:
    seconds = []
    for _ in range(3):
        job_id = service.client.submit("bash", "echo begun; sleep 60")
        service.client.until(job_id, lambda job: job.get("partial", {}).get("stdout"))
        begin = time.monotonic()
        assert service.client.request("DELETE", f"/jobs/{job_id}").json["status"] == "cancelled"
        seconds.append(time.monotonic() - begin)
    assert min(seconds) < 0.2, seconds
