"""The local service as a whole: its key, its start, its end, and what happens when a part of it dies."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client import Answer
from tests.conformance.shapes import check_result
from tests.conftest import ROOT, LocalService, serving, wait_until
from tests.local import processes
from tests.local.quotas import client_with, outcomes

FAREWELL_SECONDS = 2.0


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for temporary files: its name is short, for sockets' are limited, and all users may pass through."""
    path = Path(tempfile.mkdtemp(prefix="t-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.mark.alone
def test_a_second_start_is_quick_and_has_the_same_key(tmp_path: Path) -> None:
    # The first start leaves compiled modules, unless told not to.
    with serving(tmp_path / "state", PYTHONDONTWRITEBYTECODE="") as first:
        assert first.stop() == 0
    seconds: list[float] = []
    while len(seconds) < 3 and min(seconds, default=3) >= 3:  # the machine may be busy otherwise, once or twice
        begin = time.monotonic()
        with serving(tmp_path / "state", PYTHONDONTWRITEBYTECODE="") as later:
            seconds.append(time.monotonic() - begin)
        assert later.secret == first.secret
    assert min(seconds) < 3


def test_key_file(service: LocalService) -> None:
    path = service.state / "key.env"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_uid == os.getuid()
    names = ("UNSANDBOX_BASE_URL", "UNSANDBOX_PUBLIC_KEY", "UNSANDBOX_SECRET_KEY")
    assert [line.split("=")[0] for line in path.read_text().splitlines()] == list(names)
    show = "; ".join(f'printf "%s\\n" "${name}"' for name in names)
    printed = subprocess.check_output(["bash", "-c", f". '{path}'; {show}"], text=True).split()
    assert printed == [line.split("=", 1)[1] for line in path.read_text().splitlines()]
    assert (printed[0], printed[2]) == (service.base_url, service.secret)


def test_the_printed_line_works_when_pasted(service: LocalService) -> None:
    [line] = [line for line in service.greeting.splitlines() if line.startswith("  curl ")]
    answer = subprocess.check_output(["bash", "-c", line], text=True)
    assert '"stdout":"Hello\\n"' in answer
    assert service.base_url in service.greeting
    assert service.secret in service.greeting
    assert " bash " in service.greeting


def test_a_greeting_that_goes_into_a_file_names_the_key_file_instead_of_the_secret(tmp_path: Path) -> None:
    state, output = tmp_path / "state", tmp_path / "output"
    argv = [sys.executable, "-m", "infra.local", "--port", "0", "--state-dir", str(state)]
    with output.open("w") as file, subprocess.Popen(argv, cwd=ROOT, stdout=file, stderr=file) as process:
        try:
            wait_until(lambda: "Ctrl-C" in output.read_text(), 30)
            greeting = output.read_text()
            secret = (state / "key.env").read_text().split("UNSANDBOX_SECRET_KEY=")[1].strip()
            assert secret not in greeting
            assert str(state / "key.env") in greeting
            [line] = [line for line in greeting.splitlines() if "curl " in line]
            assert '"stdout":"Hello\\n"' in subprocess.check_output(["bash", "-c", line], text=True)
        finally:
            process.terminate()


@pytest.mark.parametrize("victim", ["forkserver", "resource_tracker", "worker", "spawner"])
def test_whatever_part_dies_the_next_job_runs(tmp_path: Path, victim: str) -> None:
    with serving(tmp_path / "state", "--workers", "1") as running:
        assert running.client.execute("bash", "echo first")["stdout"] == "first\n"
        workers = processes.workers(running.process.pid)
        for pid in sorted(processes.tree(running.process.pid) - {running.process.pid}):
            name = "worker" if pid in workers else " ".join(processes.command(pid))
            if victim in name:
                os.kill(pid, signal.SIGKILL)
        begin = time.monotonic()
        result = running.client.execute("bash", "echo next")
        if str(result["error"]).startswith("platform:"):  # it had been given to a worker that was dying
            result = running.client.execute("bash", "echo next")
        assert result["stdout"] == "next\n"
        assert time.monotonic() - begin < 3


@pytest.mark.alone
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_all_it_started_and_leaves_nothing(tmp_path: Path, folder: Path, number: int) -> None:
    """While a job runs, with others pending, and with callers that wait for theirs."""
    with serving(tmp_path / "state", "--workers", "1", TMPDIR=str(folder)) as running:
        job_id = running.client.submit("bash", "echo first; sleep 60 & sleep 60")
        running.client.until(job_id, lambda job: job["status"] == "running")
        callers = [threading.Thread(target=_call_in_vain, args=(running,)) for _ in range(3)]
        for caller in callers:
            caller.start()
        wait_until(lambda: len(running.client.request("GET", "/jobs").json["jobs"]) == 4)
        pids = processes.tree(running.process.pid)
        assert len(pids) > 4
        begin = time.monotonic()
        assert running.stop(number) == 0
        assert time.monotonic() - begin < FAREWELL_SECONDS
        wait_until(lambda: not processes.alive(pids), FAREWELL_SECONDS - (time.monotonic() - begin))
        assert list(folder.iterdir()) == []
        for caller in callers:
            caller.join()


def _call_in_vain(running: LocalService) -> None:
    """Wait for a job; it ends with the service: its answer says so, or there is none."""
    try:
        answer: Answer = running.client.post("/execute", {"language": "bash", "code": "sleep 60"})
    except (OSError, AssertionError):
        return
    assert answer.status == 200 or (answer.status, answer.json["error"]) == (503, "service_unavailable")


def test_when_it_is_killed_its_workers_end_too(tmp_path: Path, folder: Path) -> None:
    with serving(tmp_path / "state", "--workers", "1", TMPDIR=str(folder)) as running:
        job_id = running.client.submit("bash", "sleep 60")
        running.client.until(job_id, lambda job: job["status"] == "running")
        pids = processes.tree(running.process.pid)
        running.stop(signal.SIGKILL)
        wait_until(lambda: not processes.alive(pids), 5)


@pytest.mark.parametrize("victim", ["worker", "service"])
def test_what_waits_for_a_job_ends_with_its_worker(tmp_path: Path, victim: str) -> None:
    with serving(tmp_path / "state", "--workers", "1") as running:
        assert running.client.execute("python", "print('hi')")["stdout"] == "hi\n"
        waiting: set[int] = set()

        def waits() -> bool:
            tree = processes.tree(running.process.pid)
            waiting.update(pid for pid in tree if _is_program(pid) and processes.waits(pid))
            return bool(waiting)

        wait_until(waits)
        for pid in {running.process.pid} if victim == "service" else processes.workers(running.process.pid):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not processes.alive(waiting), 5)


def test_a_taken_port_is_told(service: LocalService, tmp_path: Path) -> None:
    port = service.base_url.rsplit(":", 1)[1]
    done = subprocess.run(
        [sys.executable, "-m", "infra.local", "--port", port, "--state-dir", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert port in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_state_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = subprocess.run(
        [sys.executable, "-m", "infra.local", "--port", "0", "--state-dir", str(tmp_path / "file" / "state")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("scripts/local: ")
    assert str(tmp_path / "file") in done.stderr
    assert "Traceback" not in done.stderr


def test_without_bubblewrap_it_refuses_and_says_what_to_install(tmp_path: Path) -> None:
    hide = (
        "import sys; from runtime_images.worker.sandbox import bubblewrap; bubblewrap.BWRAP = '/nonexistent';"
        "from infra.local.__main__ import main; sys.exit(main())"
    )
    options = ["--port", "0", "--state-dir", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", hide, *options], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert "apt-get install -y bubblewrap" in done.stderr
    assert done.stdout == ""


def test_setup_names_the_command_that_an_ordinary_user_may_not_run() -> None:
    script = (
        "id() { echo 1000; }; . scripts/setup.sh; need_debian bash=bash nonexistent-command=a-package; echo went on"
    )
    done = subprocess.run(["bash", "-ec", script], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    if shutil.which("apt-get"):
        line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends a-package"
        assert line in [line.strip() for line in done.stderr.splitlines()]
    assert "a-package" in done.stderr


def test_a_dead_workers_job_ends_and_another_worker_takes_the_next(tmp_path: Path) -> None:
    with serving(tmp_path / "state", "--workers", "1") as running:
        limited = client_with(running, rate=60_000, burst=1000, concurrency=1)
        job_id = limited.submit("python", "import time\nprint('begun')\ntime.sleep(61.25)")
        limited.until(job_id, lambda job: job["status"] == "running" and job["partial"]["stdout"])
        worker = worker_with_a_program(running.process.pid)
        programs = processes.tree(worker)
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: not processes.alive(programs), 5)
        assert running.client.execute("python", "print('next')", ttl=5)["stdout"] == "next\n"
        job = limited.finished(job_id, 40)  # the lease, its grace, and the sweep's interval
        check_result(job["result"])
        assert (job["status"], job["result"]["exit_code"]) == ("completed", -1)
        assert job["result"]["error"].startswith("platform:")
        assert job["result"]["stdout"] == "begun\n"
        counted, _ = outcomes(limited, "sleep 20")  # its place is free again, and is one
        assert counted == {"accepted": 1, "concurrency_limit_reached": 49}


def test_a_worker_that_lost_its_spawner_gives_way_to_another(tmp_path: Path) -> None:
    with serving(tmp_path / "state", "--workers", "1") as running:
        assert running.client.execute("python", "print(1)")["success"]
        for pid in processes.tree(running.process.pid):
            if "runtime_images.worker.sandbox.spawner" in processes.command(pid):
                os.kill(pid, signal.SIGKILL)
        # Where the program had been made ready, it may count as started: then the job isn't tried again.
        result = running.client.execute("python", "print('next')")
        assert result["stdout"] == "next\n" or result["error"].startswith("platform:")
        assert running.client.execute("python", "print('then')")["stdout"] == "then\n"


def test_a_program_that_had_ended_is_not_told_to_have_timed_out(tmp_path: Path) -> None:
    """Though its worker was held up, and learns of the end only after the time limit."""
    with serving(tmp_path / "state", "--workers", "1") as running:
        job_id = running.client.submit("python", "import time\nprint('begun', flush=True)\ntime.sleep(0.7)", ttl=2)
        running.client.until(job_id, lambda job: job.get("partial", {}).get("stdout"))
        worker = worker_with_a_program(running.process.pid)
        os.kill(worker, signal.SIGSTOP)
        time.sleep(2.2)
        os.kill(worker, signal.SIGCONT)
        job = running.client.finished(job_id)
        assert (job["status"], job["result"]["exit_code"]) == ("completed", 0)


def worker_with_a_program(service: int) -> int:
    """Return the worker that runs a Python program."""
    [worker] = [
        pid
        for pid in processes.workers(service)
        if any(_is_program(each) and not processes.waits(each) for each in processes.tree(pid))
    ]
    return worker


def _is_program(pid: int) -> bool:
    """Whether a process is the program, and not what holds it ready in a sandbox."""
    command = processes.command(pid)
    return "main.py" in command and "bwrap" not in command[0]


def at_rest(service: int) -> int:
    """Return the memory of a service and all its processes once it stays the same: while workers start, it grows."""
    last, now = 0, processes.resident_kb(processes.tree(service))
    while last != now:
        time.sleep(0.5)
        last, now = now, processes.resident_kb(processes.tree(service))
    return now


@pytest.mark.alone
def test_memory_stays_bounded_whatever_a_program_prints(tmp_path: Path) -> None:
    with serving(tmp_path / "state", "--workers", "1") as running:
        api = running.client
        api.execute("bash", "echo warm")
        before = at_rest(running.process.pid)
        peak, ended = before, threading.Event()

        def watch() -> None:
            nonlocal peak
            while not ended.wait(0.02):
                peak = max(peak, processes.resident_kb(processes.tree(running.process.pid)))

        watcher = threading.Thread(target=watch)
        watcher.start()
        result: dict[str, Any] = api.execute("bash", "yes | head -c 1000000000")
        ended.set()
        watcher.join()
        assert result["stdout_truncated"]
        assert peak - before < 100 * 1024, (before, peak)
        assert api.execute("bash", "echo next")["stdout"] == "next\n"
