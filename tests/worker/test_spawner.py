"""The spawner's end: nothing that it started is left, not even what has outlived its own parent."""

from __future__ import annotations

import itertools
import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from runtime_images.worker.sandbox.process import Spawner
from tests.conftest import ROOT, wait_until
from tests.local import processes

# Of these three one is a child, one an orphan that is adopted, one an orphan's child in a session of its own.
FAMILY = "(setsid sh -c 'sleep 97.3 & exec sleep 97.3' &); exec sleep 97.3"
WORKER = f"""
import time
from runtime_images.worker.sandbox.process import Spawner
spawner = Spawner()
spawner.request({{"argv": ["/bin/sh", "-c", {FAMILY!r}], "env": {{}}, "family": True}})
spawner.answer()
print(spawner.pid, flush=True)
time.sleep(60)
"""


USERS = (None, 20_099) if os.geteuid() == 0 else (None,)  # whom it may become


@pytest.fixture(params=USERS)
def spawner(request: pytest.FixtureRequest) -> Iterator[Spawner]:
    spawner = Spawner(request.param)
    spawner.request({"argv": ["/bin/sh", "-c", FAMILY], "env": {}, "family": True})
    assert spawner.answer()["pid"]
    yield spawner
    spawner.close()


def family(pid: int) -> set[int]:
    return {each for each in processes.tree(pid) if "97.3" in processes.command(each)}


def test_closing_it_ends_all(spawner: Spawner) -> None:
    wait_until(lambda: len(family(spawner.pid)) == 3)
    started = processes.tree(spawner.pid)
    spawner.close()
    assert processes.alive(started) == set()


def lose_signals(monkeypatch: pytest.MonkeyPatch, spawner: Spawner, lost: float) -> None:
    """Have so many signals come while Python is just about to wait, when its handlers aren't called any more."""
    terminate, sent = spawner._process.terminate, itertools.count()
    monkeypatch.setattr(spawner._process, "terminate", lambda: terminate() if next(sent) >= lost else None)


def test_a_lost_signal_keeps_it_from_ending_neither_while_a_program_runs(
    monkeypatch: pytest.MonkeyPatch, spawner: Spawner
) -> None:
    wait_until(lambda: len(family(spawner.pid)) == 3)
    started = processes.tree(spawner.pid)
    lose_signals(monkeypatch, spawner, 1)
    spawner.close()
    assert processes.alive(started) == set()


def test_nor_between_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    spawner = Spawner()
    spawner.request({"usage": True})
    assert spawner.answer()["usage"]
    lose_signals(monkeypatch, spawner, math.inf)
    spawner.close()
    assert processes.alive({spawner.pid}) == set()


def test_a_killed_workers_spawner_ends_all() -> None:
    worker = subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert worker.stdout
    pid = int(worker.stdout.readline())
    wait_until(lambda: len(family(pid)) == 3)
    started = processes.tree(pid)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    wait_until(lambda: not processes.alive(started), 2)
