"""Marks: what is known, after everything has died, of the programs that had started."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

from functions.embedded.mark import Mark, Marks
from tests.conftest import ROOT, wait_until

HOLD = (
    "import sys, time; from functions.embedded.mark import Mark\n"
    "mark = Mark(int(sys.argv[1])); mark.hold(); mark.write(sys.argv[2]); print('held', flush=True); time.sleep(60)"
)


def test_a_mark_is_read_by_who_has_it_open_and_by_the_next_service(tmp_path: Path) -> None:
    marks, job_id = Marks(tmp_path / "marks"), str(uuid.uuid4())
    descriptor = marks.open(0)
    assert Marks.read(descriptor) == ""
    Mark(descriptor).write(job_id)
    assert Marks.read(descriptor) == job_id
    os.close(descriptor)
    assert Marks(tmp_path / "marks").started() == {job_id}


def test_a_new_workers_mark_is_empty(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "marks")
    first = marks.open(3)
    Mark(first).write(str(uuid.uuid4()))
    os.close(first)
    second = marks.open(3)
    assert Marks.read(second) == ""
    os.close(second)
    assert marks.started() == set()


def test_marks_of_another_boot_are_not_trusted(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "marks")
    assert not marks.of_this_boot()
    marks.begin()
    assert marks.of_this_boot()
    (tmp_path / "marks" / "boot").write_text("another")
    assert not marks.of_this_boot()


def test_an_earlier_services_worker_is_killed(tmp_path: Path) -> None:
    marks, job_id = Marks(tmp_path / "marks"), str(uuid.uuid4())
    descriptor = marks.open(0)
    argv = [sys.executable, "-c", HOLD, str(descriptor), job_id]
    with subprocess.Popen(argv, cwd=ROOT, pass_fds=[descriptor], stdout=subprocess.PIPE) as worker:
        os.close(descriptor)
        assert worker.stdout
        assert worker.stdout.readline() == b"held\n"
        begin = time.monotonic()
        marks.end_holders()
        wait_until(lambda: worker.poll() is not None, 5)
        assert time.monotonic() - begin < 5
        assert worker.wait() == -9
    assert marks.started() == {job_id}  # until `begin`
    marks.begin()
    assert marks.started() == set()
