"""What a sandbox backend costs over bare fork and exec, measured where the backend is: in the driver's process."""

from __future__ import annotations

import statistics
import subprocess
import time

from functions.core.job import NetworkMode
from functions.core.limits import SandboxLimits
from runtime_images.worker.sandbox.contract import Command, Output, Sandbox, Stop

TRUE = Command(("true",), {}, timeout=10)


def measure(sandbox: Sandbox, runs: int) -> dict[str, float]:
    """Return median milliseconds of `true`: bare, in a sandbox, and in one that was anticipated; in turns."""
    times: dict[str, list[float]] = {"bare": [], "sandbox": [], "anticipated": []}
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(["/usr/bin/true"], check=True, capture_output=True, stdin=subprocess.DEVNULL)
        times["bare"].append(time.perf_counter() - start)
        times["sandbox"].append(_job(sandbox))
        sandbox.anticipate(SandboxLimits(), NetworkMode.ZEROTRUST, TRUE)
        time.sleep(0.02)  # a worker waits for its next job meanwhile
        times["anticipated"].append(_job(sandbox))
    return {name: statistics.median(each) * 1000 for name, each in times.items()}


def _job(sandbox: Sandbox) -> float:
    """Return the seconds from opening an area to the program's end."""
    stop = Stop()
    start = time.perf_counter()
    with sandbox.open(SandboxLimits(), NetworkMode.ZEROTRUST) as area:
        done = area.run(TRUE, Output(1), Output(1), stop)
        seconds = time.perf_counter() - start
    stop.close()
    assert done.exit_code == 0
    return seconds
