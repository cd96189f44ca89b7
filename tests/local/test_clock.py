"""Somebody sets the machine's clock while jobs run: none ends early, none hangs, and nobody is shut out."""

from __future__ import annotations

import mmap
import struct
import subprocess
from pathlib import Path

import pytest

from tests.conftest import LocalService, serving

HOUR = 3600
SOURCE = Path(__file__).with_name("clock.c")
# The engine looks at leases each second: a job whose lease seems to be out is seen meanwhile.
LONG = "echo begun; sleep 1.8; echo done"
ENDLESS = "echo begun; sleep 60"


class Clock:
    """The clock that a service sees: this machine's, and so many seconds."""

    def __init__(self, folder: Path) -> None:
        self.library, self.offset = folder / "clock.so", folder / "offset"
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", self.library, SOURCE], check=True)
        self.offset.write_bytes(bytes(mmap.PAGESIZE))

    def set(self, seconds: int) -> None:
        with self.offset.open("r+b") as file:
            file.write(struct.pack("l", seconds))


def begin(service: LocalService, code: str, ttl: int) -> str:
    job: str = service.client.submit("bash", code, ttl=ttl)
    service.client.until(job, lambda now: now.get("partial", {}).get("stdout"))
    return job


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    return Clock(tmp_path_factory.mktemp("clock"))


@pytest.mark.parametrize(("first", "then"), [(0, HOUR), (HOUR, -HOUR)], ids=["forth", "back"])
def test_the_clock_is_set_while_jobs_run(tmp_path: Path, clock: Clock, first: int, then: int) -> None:
    clock.set(first)
    library, offset = str(clock.library), str(clock.offset)
    with serving(tmp_path / "state", "--workers", "2", LD_PRELOAD=library, CLOCK_OFFSET=offset) as service:
        client = service.client
        running, endless = begin(service, LONG, ttl=10), begin(service, ENDLESS, ttl=2)
        waiting = client.submit("bash", "echo waited", ttl=10)
        clock.set(then)
        assert client.finished(running, 20)["result"]["stdout"] == "begun\ndone\n"
        assert client.finished(waiting, 20)["result"]["stdout"] == "waited\n"
        result = client.finished(endless, 20)["result"]
        assert (result["status"], result["stdout"]) == ("timeout", "begun\n")
        assert client.execute("bash", "echo after")["stdout"] == "after\n"
