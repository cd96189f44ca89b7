"""The rehearsal as a whole: jobs on the AWS adapters, keys in moto's table, what dies with it, and its refusals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from functions.core.store import LEASE_SECONDS
from tests.client import Client
from tests.conftest import ROOT, LocalService, serving, wait_until
from tests.local import processes
from tests.local.quotas import client_with
from tests.local.test_service import worker_with_a_program


def test_jobs_and_their_files(rehearsal: LocalService) -> None:
    assert rehearsal.client.execute("python", "print(6 * 7)")["stdout"] == "42\n"
    big = rehearsal.client.execute("bash", "head -c 500000 /dev/zero | tr '\\0' x; wc -c >&2", stdin="y" * 600_000)
    assert (len(big["stdout"]), big["stderr"]) == (500_000, "600000\n")


def test_keys_are_those_of_its_table(rehearsal: LocalService) -> None:
    client = client_with(rehearsal, rate=1, burst=2, concurrency=3)
    answers = [client.request("GET", "/keys/self") for _ in range(3)]
    assert [each.status for each in answers] == [200, 200, 429]
    assert answers[0].json["concurrency"] == 3
    argv = [sys.executable, "-m", "infra.keys", "list", *rehearsal.keys_place]
    listed = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert {"development", "standard"} <= {json.loads(line)["tier"] for line in listed}
    assert Client(rehearsal.base_url, "unsb-sk-aaaaa-bbbbb-ccccc-ddddd").request("GET", "/keys/self").status == 401


def test_a_dead_workers_job_ends_and_another_worker_takes_the_next(tmp_path: Path) -> None:
    with serving(tmp_path / "state", "--workers", "1", rehearsal=True) as running:
        job_id = running.client.submit("python", "import time\nprint('begun')\ntime.sleep(61.25)")
        running.client.until(job_id, lambda job: job["status"] == "running" and job["partial"]["stdout"])
        os.kill(worker_with_a_program(running.process.pid), signal.SIGKILL)
        job = running.client.finished(job_id)
        assert job["result"]["error"] == "platform: the worker died while it had the job"
        assert running.client.execute("python", "print('next')")["stdout"] == "next\n"


def test_an_idle_workers_death_holds_up_no_job(tmp_path: Path) -> None:
    """Its long poll outlives it in moto, as it may in SQS, and takes the next job's message."""
    with serving(tmp_path / "state", "--workers", "1", rehearsal=True) as running:
        running.client.execute("bash", "true")
        waits = []
        for number in range(3):
            for worker in processes.workers(running.process.pid):
                os.kill(worker, signal.SIGKILL)
            start = time.monotonic()
            assert running.client.execute("bash", f"echo {number}")["stdout"] == f"{number}\n"
            waits.append(time.monotonic() - start)
        assert max(waits) < LEASE_SECONDS, waits
        assert max(waits) > 2, f"none of the dead took a message with it: {waits}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_all_that_it_started_ends_with_it(tmp_path: Path, number: int) -> None:
    with serving(tmp_path / "state", "--workers", "1", rehearsal=True) as running:
        job_id = running.client.submit("bash", "sleep 60")
        running.client.until(job_id, lambda job: job["status"] == "running")
        pids = processes.tree(running.process.pid)
        assert any("infra.rehearsal.moto_server" in processes.command(pid) for pid in pids)
        assert running.stop(number) == (0 if number == signal.SIGTERM else -signal.SIGKILL)
        wait_until(lambda: not processes.alive(pids), 5)


def test_a_taken_port_is_told(rehearsal: LocalService, tmp_path: Path) -> None:
    port = rehearsal.base_url.rsplit(":", 1)[1]
    argv = [sys.executable, "-m", "infra.rehearsal", "--port", port, "--state-dir", str(tmp_path)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"scripts/rehearse: can't listen on 127.0.0.1 port {port}")
    assert "Traceback" not in done.stderr
