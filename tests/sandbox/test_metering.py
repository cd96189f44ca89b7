"""What is measured is true whatever becomes of the processes, within 10 % of the same load with nothing around it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import Cells
from tests.sandbox.program import BACKENDS

pytestmark = pytest.mark.alone

NAME = "load.py"
BURN = """
import os, sys, time

def burn(seconds):
    while time.process_time() < seconds:
        pass
"""
# Each burns 0.8 s of CPU in two processes, one of which has 100 MiB at its peak.
FAMILIES = {
    "child": """
if not os.fork():
    data = b"x" * (100 << 20)
    burn(0.4)
    os._exit(0)
os.wait()
burn(0.4)
""",
    "orphan": """
reading, writing = os.pipe()
if not os.fork():
    if not os.fork():
        data = b"x" * (100 << 20)
        burn(0.4)
        os._exit(0)
    os._exit(0)
os.wait()
os.close(writing)
os.read(reading, 1)  # until the orphan has ended, whom this process can't wait for
burn(0.4)
""",
    "threads": """
import threading
data = b"x" * (100 << 20)
thread = threading.Thread(target=burn, args=(0.8,))
thread.start()
thread.join()
""",
}
TIME = """
import os, sys

pid = os.fork() or os.execv(sys.argv[1], sys.argv[1:])
usage = os.wait4(pid, 0)[2]
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""
CPU_MS, MEMORY_KB = 800, 100 * 1024
TRUE = 0.10


def metered(cells: Cells, backend: str, text: str, timeout: float) -> dict[str, Any]:
    """Run a program and return how it was metered."""
    command = {"argv": ["python3", "-S", NAME], "env": {}, "timeout": timeout, "stdin_bytes": 0}
    answer = cells[backend].job([command], {NAME: (BURN + text).encode()}, limits={"memory_mb": 256})
    [completed] = answer["completed"]
    assert not answer["stderr"]
    return dict(completed)


def bare(text: str, folder: Path) -> tuple[float, float]:
    """Run it with nothing around it, and return its CPU ms and peak KiB, as time(1) would."""
    (folder / NAME).write_text(BURN + text)
    # From a process of its own: a peak counts from the one that started it, and pytest is large.
    timed = subprocess.run(
        [sys.executable, "-S", "-c", TIME, sys.executable, "-S", str(folder / NAME)], capture_output=True, check=True
    )
    seconds, kilobytes = map(float, timed.stdout.split())
    return seconds * 1000, kilobytes


@pytest.mark.parametrize("family", ["child", "threads"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_true_to_the_bare_program(backend: str, family: str, cells: Cells, tmp_path: Path) -> None:
    cpu_ms, memory_kb = bare(FAMILIES[family], tmp_path)
    completed = metered(cells, backend, FAMILIES[family], 10)
    assert completed["cpu_ms"] == pytest.approx(cpu_ms, rel=TRUE)
    assert completed["memory_kb"] == pytest.approx(memory_kb, rel=TRUE)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("backend", BACKENDS)
def test_everyone_counts(backend: str, family: str, cells: Cells) -> None:
    completed = metered(cells, backend, FAMILIES[family], 10)
    assert CPU_MS * (1 - TRUE) <= completed["cpu_ms"] <= CPU_MS * (1 + 2 * TRUE)
    assert MEMORY_KB <= completed["memory_kb"] <= MEMORY_KB * (1 + 2 * TRUE)


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_was_killed_counts(backend: str, cells: Cells) -> None:
    completed = metered(cells, backend, "data = b'x' * (100 << 20)\nburn(60)", 1)
    assert completed["end"] == "timeout"
    assert completed["memory_kb"] >= MEMORY_KB
    assert completed["cpu_ms"] >= completed["wall_ms"] / 3  # it had to share the machine with other tests


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_small_program_is_small(backend: str, cells: Cells) -> None:
    command = {"argv": ["true"], "env": {}, "timeout": 10, "stdin_bytes": 0}
    [completed] = cells[backend].job([command], {})["completed"]
    assert completed["memory_kb"] < 16 * 1024  # not the worker's, whose child it is
