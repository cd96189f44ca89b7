"""Disks that are full or read-only: real ones, of a mount namespace of the test's own."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from functions.embedded.database import Database
from tests.conftest import ROOT

FULL = """
import json, sys, uuid
from pathlib import Path
from functions.core.errors import StorageError
from functions.embedded.files import FolderFileStore
from functions.core.job import Status, Submission
from tests.contract.backends import embedded
from tests.jobs import new_job, result

folder = Path(sys.argv[1])
with embedded(folder) as storage:
    def put(name, size):
        job_id = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        storage.store.put(new_job(job_id), Submission(language="python", code="1", stdin="x" * size))
        return job_id

    def fill(name, size):
        failures = []
        try:
            for number in range(10_000):
                accepted.append(put(f"{name}-{number}", size))
        except StorageError as error:
            failures.append(type(error).__name__)
        return failures

    accepted = []
    failures = fill("large", 100_000)
    larger = len(accepted)
    failures += fill("small", 10_000)
    failures += fill("tiny", 10)
    assert all(storage.store.get(job_id) for job_id in accepted)
    left = [name for name in storage.objects() if Path(name).name.startswith(".")]
    files = len(storage.objects())
    for path in (folder / "files" / "payloads").iterdir():
        path.unlink()
    recovered = storage.store.get(put("later", 10)) is not None
with embedded(folder) as storage:
    kept = all(storage.store.get(job_id) for job_id in accepted)
print(json.dumps([failures, left, files - larger, recovered, kept, len(accepted) > 10]))
"""


def inside(*options: str, script: str, folder: Path) -> str:
    python = [sys.executable, "-c", script, str(folder)]
    argv = ["bwrap", "--dev-bind", "/", "/", *options, "--chdir", str(ROOT), *python]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_full_disk_is_told_as_such_and_nothing_accepted_is_lost(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    told = json.loads(inside("--size", "4000000", "--tmpfs", str(small), script=FULL, folder=small))
    assert told == [["FullError"] * 3, [], 0, True, True, True]


OPEN = """
import sys
from pathlib import Path
from functions.embedded.database import Database, DatabaseError
try:
    Database.open(Path(sys.argv[1]) / "jobs.db")
except DatabaseError as error:
    print(error)
"""


def test_a_read_only_disk_is_told(tmp_path: Path) -> None:
    for there in (False, True):
        said = inside("--ro-bind", str(tmp_path), str(tmp_path), script=OPEN, folder=tmp_path)
        assert "can't be" in said
        assert "writable, or name another state folder." in said
        assert any(tmp_path.iterdir()) is there
        with closing(Database.open(tmp_path / "jobs.db")):
            pass


def test_a_full_disk_at_the_start_is_told(tmp_path: Path) -> None:
    script = "open(__import__('sys').argv[1] + '/fill', 'wb').write(bytes(90_000))\n" + OPEN
    said = inside("--size", "100000", "--tmpfs", str(tmp_path), script=script, folder=tmp_path)
    assert said.startswith(f"The disk of {tmp_path}/jobs.db is full.")
