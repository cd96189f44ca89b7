"""Each part of the service dies or hangs in turn: the next job runs, or the service ends and says why."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from runtime_images.worker.sandbox import internet
from tests.conftest import LocalService, serving, wait_until
from tests.local import processes
from tests.local.test_service import folder

__all__ = ["folder"]

SOON = 3.0  # seconds, for the next job to have run


def named(service: int, words: str) -> list[int]:
    """Return the service's processes whose command line has these words."""
    return [pid for pid in processes.tree(service) if words in " ".join(processes.command(pid))]


def outer(service: int) -> list[int]:
    """Return the bubblewraps that others descend from."""
    return [pid for pid in named(service, "/usr/bin/bwrap") if processes.children(pid)]


def inner(service: int) -> list[int]:
    return [child for pid in outer(service) for child in processes.children(pid)]


PARTS: dict[str, Callable[[int], list[int]]] = {
    "fork server": lambda service: named(service, "multiprocessing.forkserver"),
    "resource tracker": lambda service: named(service, "multiprocessing.resource_tracker"),
    "workers": lambda service: sorted(processes.workers(service)),
    "spawners": lambda service: named(service, "worker.sandbox.spawner"),
    "sandboxes": outer,
    "processes in sandboxes": inner,
}


def kill(pids: list[int], number: int = signal.SIGKILL) -> None:
    assert pids
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def quick(service: LocalService, mode: str = "zerotrust") -> dict[str, Any]:
    return service.client.execute("bash", "echo next", network_mode=mode)


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
@pytest.mark.parametrize("part", PARTS)
def test_whatever_process_dies_the_next_job_runs(tmp_path: Path, part: str, busy: bool) -> None:
    with serving(tmp_path / "state", "--workers", "1") as running:
        assert quick(running)["success"]
        job_id = ""
        if busy:
            job_id = running.client.submit("bash", "echo begun; sleep 2.5")
            running.client.until(job_id, lambda job: bool(job.get("partial", {}).get("stdout")))
        else:
            wait_until(lambda: len(inner(running.process.pid)) >= 2)  # a worker that waits, and one in reserve
        kill(PARTS[part](running.process.pid))
        begin = time.monotonic()
        if not busy:
            time.sleep(0.2)  # what has died takes no job that comes later
        result = quick(running)
        assert result["stdout"] == "next\n", result
        ended: dict[str, Any] = running.client.finished(job_id)["result"] if busy else {"success": True}
        assert time.monotonic() - begin < SOON + 2.5 * busy
        assert ended["success"] or ended["error"].startswith(("platform: ", "killed: signal 9")), ended
        assert running.client.request("GET", "/health").status == 200


def test_a_network_that_died_before_the_program_began_is_made_anew(tmp_path: Path) -> None:
    if reason := internet.why_not():
        pytest.skip(f"UNTESTED here: {reason}")
    code = "exec 3<>/dev/udp/10.0.2.3/53 && echo there"
    with serving(tmp_path / "state", "--workers", "1") as running:
        for _ in range(2):
            assert running.client.execute("bash", code, network_mode="semitrusted")["stdout"] == "there\n"
            wait_until(lambda: bool(named(running.process.pid, "slirp4netns")))
            time.sleep(0.5)  # until the next program waits, and then until its network has gone
            kill(named(running.process.pid, "slirp4netns"))
            time.sleep(0.2)


@pytest.mark.parametrize("thread", ["engine", "housekeeping", "webhooks", "MainThread"])
def test_a_thread_that_dies_ends_the_service_which_says_so(tmp_path: Path, thread: str) -> None:
    through = (sys.executable, "-m", "tests.local.sabotage")
    state = tmp_path / "state"
    with serving(state, "--workers", "1", through=through, SABOTAGE=thread) as running:
        job_id = running.client.submit("bash", "sleep 60")
        running.client.until(job_id, lambda job: job["status"] == "running")
        waiting = running.client.submit("bash", "echo later")
        pids = processes.tree(running.process.pid)
        running.process.send_signal(signal.SIGUSR1)
        if thread in ("housekeeping", "webhooks"):  # which sleep for long, and die when they wake
            running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(10) == 1
        wait_until(lambda: not processes.alive(pids), 5)
    said = (tmp_path / "state.log").read_text().splitlines()
    assert [line for line in said if line.startswith("scripts/local: ") and "after the next start" in line]
    with serving(state, "--workers", "1") as running:
        assert running.client.finished(waiting)["result"]["stdout"] == "later\n"
        assert running.client.finished(job_id)["result"]["error"].startswith("platform: ")


def test_a_fork_server_that_hangs_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path / "state", "--workers", "1") as running:
        assert quick(running)["success"]
        kill(PARTS["fork server"](running.process.pid), signal.SIGSTOP)
        job_id = running.client.submit("perl", 'print "next"')  # which has no worker yet
        assert running.client.finished(job_id, 10)["result"]["stdout"] == "next"
        assert quick(running)["success"]


def test_health_says_that_no_worker_can_be_started(tmp_path: Path, folder: Path) -> None:
    with serving(tmp_path / "state", "--workers", "1", TMPDIR=str(folder)) as running:
        health = running.client.request("GET", "/health")
        assert (health.status, health.json["status"]) == (200, "ok")
        for path in folder.iterdir():
            shutil.rmtree(path, ignore_errors=True)  # as a cleaner of temporary files may do
        kill(PARTS["workers"](running.process.pid))
        wait_until(lambda: running.client.request("GET", "/health").status == 503, 10)
        answer = running.client.request("GET", "/health")
        assert answer.json["error"] == "service_unavailable"
        assert "No worker can be started" in answer.json["message"]
        assert answer.headers["retry-after"]
