"""The API on the embedded engine, in this process: what its storage says, and what happens while it ends."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.api import dependencies
from functions.api.running import AWAITED
from functions.core.keys import Key, derive_public_key
from functions.core.offer import Offer
from functions.embedded.compose import Engine, open_engine
from tests.api.events import call
from tests.embedded.scripted import Staff, no_post

PROGRAM = json.dumps({"language": "bash", "code": "echo hi"})
BIG = json.dumps({"language": "bash", "code": "x" * 30_000})


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path, b"master", "http://here", Staff(), 2, (), post=no_post)
    opened.start()
    dependencies.use(opened.storage, Offer(), 10, waits_outside=True)
    yield opened
    opened.stop(0, threading.Event())
    opened.close()
    dependencies.forget()


@pytest.fixture
def secret(engine: Engine) -> str:
    return engine.storage.keys.put(Key(derive_public_key(b"a"), rate_per_minute=60_000, burst=10_000))


def test_a_sync_caller_is_left_to_the_server(engine: Engine, secret: str) -> None:
    answer = call("POST", "/execute", PROGRAM, secret)
    assert answer.status == 200
    assert answer.body["status"] == "running"
    job = engine.storage.jobs.get(answer.body["job_id"])
    assert job
    ended = engine.storage.dispatch.wait(job, 5)
    assert ended.result
    assert ended.result["stdout"] == "echo hi"
    assert AWAITED not in answer.body


def test_a_full_disk_is_said_to_be_full_and_reading_goes_on(engine: Engine, secret: str) -> None:
    first = call("POST", "/execute/async", PROGRAM, secret)
    engine._database._writer.execute("PRAGMA max_page_count = 1").fetchall()
    for _ in range(100):
        refused = call("POST", "/execute/async", BIG, secret)
        if refused.status != 200:
            break
    assert (refused.status, refused.body["error"]) == (503, "service_unavailable")
    assert "disk is full" in refused.body["message"]
    assert int(refused.headers["retry-after"]) > 0
    assert call("GET", f"/jobs/{first.body['job_id']}", secret=secret).status == 200
    engine._database._writer.execute("PRAGMA max_page_count = 1000000").fetchall()
    assert call("POST", "/execute/async", BIG, secret).status == 200


@pytest.mark.usefixtures("engine")
def test_a_service_that_ends_takes_no_more_jobs(secret: str) -> None:
    first = call("POST", "/execute/async", PROGRAM, secret)
    dependencies.services().jobs.close()
    refused = call("POST", "/execute", PROGRAM, secret)
    assert (refused.status, refused.body["error"]) == (503, "service_unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert call("GET", f"/jobs/{first.body['job_id']}", secret=secret).status == 200
