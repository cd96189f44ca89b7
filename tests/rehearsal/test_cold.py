"""`scripts/rehearse --cold`: no worker waits for a job, so each has the life that it would have on Fargate."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path

from functions.core.store import LEASE_SECONDS
from tests.conftest import serving
from tests.local import processes
from tests.local.test_service import worker_with_a_program


def test_each_job_of_a_burst_has_a_task_of_its_own(tmp_path: Path) -> None:
    log = tmp_path / "aws.log"
    with serving(tmp_path / "state", "--workers", "2", "--cold", "--aws-log", str(log), rehearsal=True) as running:
        assert processes.workers(running.process.pid) == set()
        # Nobody waits for it: a caller who does asks for the same task again where that takes more than two seconds.
        result = running.client.finished(running.client.submit("bash", "echo $$"))["result"]
        assert (result["success"], result["execution_mode"]) == (True, "on_demand")
        jobs = [running.client.submit("bash", f"echo {number}") for number in range(6)]
        printed = [running.client.finished(job)["result"]["stdout"] for job in jobs]
        assert printed == [f"{number}\n" for number in range(6)]
        calls = Counter(line.split()[1].split(".")[1] for line in log.read_text().splitlines())
        assert calls["RunTask"] == 7
        while processes.workers(running.process.pid):  # each leaves after its one job
            time.sleep(0.02)


def test_a_worker_takes_as_long_to_start_as_it_is_told(tmp_path: Path) -> None:
    with serving(tmp_path / "state", "--workers", "1", "--cold", "1.5", rehearsal=True) as running:
        job = running.client.submit("bash", "echo late")
        assert running.client.job(job)["status"] == "pending"
        result = running.client.finished(job)["result"]
        assert (result["stdout"], result["execution_mode"]) == ("late\n", "on_demand")
        assert result["queue_time_ms"] >= 1500


def test_the_end_of_a_task_ends_its_job_long_before_the_lease(tmp_path: Path) -> None:
    with serving(tmp_path / "state", "--workers", "1", "--cold", rehearsal=True) as running:
        job = running.client.submit("python", "import time\nprint('begun')\ntime.sleep(61.25)")
        running.client.until(job, lambda job: job["status"] == "running" and job["partial"]["stdout"])
        os.kill(worker_with_a_program(running.process.pid), signal.SIGKILL)
        killed = time.monotonic()
        result = running.client.finished(job)["result"]
        assert time.monotonic() - killed < LEASE_SECONDS / 2
        assert result["error"] == "platform: the worker died while it had the job"
        assert (result["stdout"], result["exit_code"], result["success"]) == ("begun\n", -1, False)
        assert running.client.execute("python", "print('next')")["stdout"] == "next\n"
