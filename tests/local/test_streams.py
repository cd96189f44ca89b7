"""Followers who don't read: they hold up neither the job nor anybody else, and cost little memory."""

from __future__ import annotations

import json
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import serving

STUCK = 2000
EACH_KB = 128  # that one may cost, at most; a copy of what the job prints would be 2 MiB
CODE = """
import sys, time
for n in range(40_000): sys.stdout.write(f"{n:050}")
sys.stdout.flush()
time.sleep(3)
print("end", file=sys.stderr, flush=True)
time.sleep(60)
"""


def rss_kb(process: int) -> int:
    [line] = [each for each in Path(f"/proc/{process}/status").read_text().splitlines() if each.startswith("VmRSS")]
    return int(line.split()[1])


@contextmanager
def descriptors(count: int) -> Iterator[None]:
    """Let this process open so many more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 500), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.alone
def test_two_thousand_who_dont_read(tmp_path: Path) -> None:
    with descriptors(STUCK), serving(tmp_path / "state", "--workers", "2") as running, ExitStack() as open_sockets:
        api, address = running.client, urlsplit(running.base_url)
        job_id = api.submit("python", CODE)
        api.until(job_id, lambda job: job["status"] == "running" and job["partial"]["stdout"])
        before = rss_kb(running.process.pid)
        head = f"GET /jobs/{job_id}/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {running.secret}\r\n\r\n"
        followers = []
        for _ in range(STUCK):
            follower = open_sockets.enter_context(socket.socket())
            follower.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            follower.connect((address.hostname, address.port))
            follower.sendall(head.encode())
            followers.append(follower)
        assert {each.recv(12) for each in followers} == {b"HTTP/1.1 200"}
        start = time.monotonic()
        assert api.execute("bash", "echo 1")["stdout"] == "1\n"
        assert time.monotonic() - start < 1, "others are served"
        api.until(job_id, lambda job: job["partial"]["stderr"] == "end\n")  # the job isn't held up
        ended = api.request("DELETE", f"/jobs/{job_id}").json["result"]
        reader = api.request("GET", f"/jobs/{job_id}/events")
        assert json.loads(reader.text.rpartition("data: ")[2]) == ended
        assert len(ended["stdout"]) == 2_000_000
        assert rss_kb(running.process.pid) - before < STUCK * EACH_KB
