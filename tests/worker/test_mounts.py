"""A worker that isn't given the file systems of its task definition says so, and serves nobody."""

# ruff: noqa: S108  # these are texts about mounts, no files of ours
from __future__ import annotations

from pathlib import Path

import pytest

from runtime_images.worker.sandbox import task
from runtime_images.worker.sandbox.contract import SandboxUnavailableError
from runtime_images.worker.sandbox.mounts import shortcomings
from runtime_images.worker.sandbox.task import Task

# As a container of the task definition has it, its work area mounted over what was there.
GOOD = """\
1062 903 0:88 / / ro,relatime master:336 - overlay overlay rw,lowerdir=/a:/b,upperdir=/c,workdir=/d
1063 1062 0:91 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
1064 1062 0:92 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
1066 1062 8:1 /work /work rw,relatime - ext4 /dev/root rw
1067 1062 0:97 / /work rw,nosuid,nodev,relatime - tmpfs tmpfs rw,size=262144k,nr_inodes=16384,mode=700
1068 1062 0:98 / /tmp rw,nosuid,nodev,relatime shared:7 - tmpfs tmpfs rw,size=262144k,nr_inodes=16384
"""


def test_what_the_task_definition_asks_for_is_enough() -> None:
    assert shortcomings(GOOD, one_job=False) == []


def test_where_no_other_job_follows_files_need_no_limit() -> None:
    unlimited = GOOD.replace(",nr_inodes=16384", "")
    assert shortcomings(unlimited, one_job=True) == []
    assert shortcomings(unlimited, one_job=False) == ["/work has no nr_inodes", "/tmp has no nr_inodes"]
    assert shortcomings(unlimited.replace("size=262144k", ""), one_job=True) == [
        "/work has no size",
        "/tmp has no size",
    ]


@pytest.mark.parametrize(
    ("there", "instead", "told"),
    [
        (" / / ro,", " / / rw,", "/ is not read-only"),
        ("/work rw,nosuid,nodev,relatime - tmpfs", "/gone rw - tmpfs", "/work is no file system in memory"),
        ("/tmp rw,nosuid,nodev,relatime shared:7 - tmpfs", "/tmp rw - ext4", "/tmp is no file system in memory"),
        ("/work rw,nosuid,nodev", "/work rw,nosuid,nodev,noexec", "/work is noexec"),
        ("/work rw,nosuid,nodev", "/work rw,nodev", "/work is without nosuid"),
        ("/tmp rw,nosuid,nodev", "/tmp rw,nosuid", "/tmp is without nodev"),
        ("size=262144k,nr_inodes=16384,mode=700", "nr_inodes=16384,mode=700", "/work has no size"),
        ("rw,size=262144k,nr_inodes=16384\n", "rw,size=262144k\n", "/tmp has no nr_inodes"),
    ],
)
def test_whatever_is_missing_is_told(there: str, instead: str, told: str) -> None:
    assert GOOD.count(there) == 1
    assert shortcomings(GOOD.replace(there, instead), one_job=False) == [told]


def test_without_them_no_job_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    monkeypatch.setattr(task, "MOUNTS", mounts)
    monkeypatch.setattr(task, "prove", lambda _: None)
    mounts.write_text(GOOD)
    Task(tmp_path).check()
    mounts.write_text(GOOD.replace("/work", "/elsewhere"))
    with pytest.raises(SandboxUnavailableError, match="/work is no file system in memory"):
        Task(tmp_path).check()


def test_this_machines_own_mounts_can_be_read() -> None:
    assert "/work is no file system in memory" in shortcomings(Path("/proc/self/mountinfo").read_text(), one_job=True)
