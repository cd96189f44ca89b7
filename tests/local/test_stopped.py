"""What was stopped (SIGSTOP) doesn't outlive the service, however that ends, and neither does what it had started."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from runtime_images.worker.sandbox import internet
from tests.conftest import LocalService, serving, wait_until
from tests.local import processes
from tests.local.test_parts import PARTS, kill, named

GONE_SECONDS = 5.0
ENDS = {"SIGTERM": signal.SIGTERM, "SIGINT": signal.SIGINT, "SIGKILL": signal.SIGKILL, "failure": signal.SIGUSR1}
SLIRP = "slirp4netns"


def stopped(part: str, service: LocalService) -> None:
    """Stop every process of a kind; "all" but the service itself, and a tracker that has nothing."""
    everything = processes.tree(service.process.pid) - {service.process.pid}
    everything -= set(PARTS["resource tracker"](service.process.pid))
    stop(sorted(everything) if part == "all" else PARTS[part](service.process.pid))


def stop(pids: list[int]) -> None:
    kill(pids, signal.SIGSTOP)
    wait_until(lambda: not processes.alive(pids) - processes.stopped(pids))


@pytest.mark.parametrize(
    ("part", "end"),
    [
        *((part, "SIGKILL") for part in ("workers", "spawners", "fork server", "sandboxes")),
        *(("all", end) for end in ENDS),
    ],
)
def test_nothing_that_was_stopped_stays(tmp_path: Path, part: str, end: str) -> None:
    through = (sys.executable, "-m", "tests.local.sabotage")
    with serving(tmp_path / "state", "--workers", "1", through=through, SABOTAGE="engine") as running:
        job_id = running.client.submit("bash", "sleep 60")
        running.client.until(job_id, lambda job: job["status"] == "running")
        pids = processes.tree(running.process.pid)
        stopped(part, running)
        running.process.send_signal(ENDS[end])
        running.process.wait(10)
        wait_until(lambda: not processes.alive(pids), GONE_SECONDS)


@pytest.mark.parametrize("end", ["SIGTERM", "SIGKILL"])
def test_no_network_that_was_stopped_stays(tmp_path: Path, end: str) -> None:
    if reason := internet.why_not():
        pytest.skip(f"UNTESTED here: {reason}")
    with serving(tmp_path / "state", "--workers", "1") as running:
        job_id = running.client.submit("bash", "sleep 60", network_mode="semitrusted")
        running.client.until(job_id, lambda job: job["status"] == "running")
        pids = processes.tree(running.process.pid)
        stop(named(running.process.pid, SLIRP))
        running.process.send_signal(ENDS[end])
        running.process.wait(10)
        wait_until(lambda: not processes.alive(pids), GONE_SECONDS)
