"""Which control groups of memory count as left behind."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from runtime_images.worker.sandbox import cgroup


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of the kernel's: only the names count."""
    version = cgroup.VERSIONS[0]
    fields = (tmp_path, version.limits, version.swap_included, version.events, version.usage)
    monkeypatch.setattr(cgroup, "VERSIONS", (cgroup.Version(*fields),))
    return tmp_path


def make(groups: Path, owner: str) -> Path:
    folder = groups / (cgroup.PREFIX + owner)
    folder.mkdir()
    return folder


def test_the_group_of_a_living_worker_stays(groups: Path) -> None:
    folder = make(groups, cgroup.identity(os.getpid()) or "")
    assert cgroup.remove_stale()
    assert folder.exists()


def test_a_group_goes_though_its_workers_id_is_in_use_again(groups: Path) -> None:
    folder = make(groups, f"{os.getpid()}-1")
    assert cgroup.remove_stale()
    assert not folder.exists()


def test_the_group_of_a_zombie_goes(groups: Path) -> None:
    with subprocess.Popen(["sleep", "100"]) as child:
        folder = make(groups, cgroup.identity(child.pid) or "")
        child.kill()
        deadline = time.monotonic() + 10
        while folder.exists() and time.monotonic() < deadline:
            cgroup.remove_stale()
        assert not folder.exists()


def test_a_group_of_somebody_else_stays(groups: Path) -> None:
    folder = make(groups, "of-another-program")
    assert cgroup.remove_stale()
    assert folder.exists()


def test_a_group_in_use_is_told(groups: Path) -> None:
    (make(groups, f"{os.getpid()}-1") / "in-use").mkdir()  # as a control group's own files, it holds the folder
    assert not cgroup.remove_stale()
