"""The feeds: whoever follows a job, from whenever on, is told all of it, once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from functions.core.events import Event, Position, ended, running
from functions.core.job import Job, Status
from tests.contract.backends import Backend
from tests.jobs import put, result

LARGE = "ä€" * 20_000


async def told(storage: Backend, job: Job, position: Position) -> AsyncGenerator[Event, None]:
    """Yield what a new follower is told from a position on, to the job's end."""
    feed = storage.feeds.open(job, 10)
    try:
        async with aclosing(running(feed, position)) as happening:
            async for event in happening:
                assert event, "a comment, long before it is due"
                position = event.position
                yield event
        found = await feed.result()
        for event in ended(found, position) if found else ():
            yield event
    finally:
        await feed.close()


def follow(
    storage: Backend,
    job: Job,
    position: Position | None = None,
    *,
    after: dict[int, Callable[[], object]] | None = None,
) -> list[tuple[str, Any]]:
    """Return all events' names and data; `after` so many of them something is done."""

    async def following() -> list[tuple[str, Any]]:
        events: list[tuple[str, Any]] = []
        async with asyncio.timeout(10), aclosing(told(storage, job, position or Position())) as happening:
            async for event in happening:
                events.append((event.name, json.loads(event.data)))
                if after and (action := after.pop(len(events), None)):
                    await asyncio.to_thread(action)
        return events

    return asyncio.run(following())


def stream(events: list[tuple[str, Any]], name: str, start: int = 0) -> str:
    """Put a stream together; each part is where the last one ended."""
    text = ""
    for kind, data in events:
        if kind == name:
            assert data["offset"] == start + len(text.encode())
            text += data["text"]
    return text


def end(storage: Backend, job: Job, stdout: str, stderr: str = "") -> None:
    wire = {**result(job), "stdout": stdout, "stderr": stderr}
    assert storage.store.finish(job.job_id, "worker", Status.COMPLETED, wire)


def test_a_job_is_told_from_its_submission_to_its_end(storage: Backend) -> None:
    job = put(storage)
    events = follow(
        storage,
        job,
        after={
            1: lambda: storage.start("job-1"),
            2: lambda: storage.pass_on("job-1", 0, b"one\n", b""),
            3: lambda: storage.pass_on("job-1", 1, b"", b"two\n"),
            4: lambda: end(storage, job, "one\nthree\n", "two\n"),
        },
    )
    assert events[:5] == [
        ("status", {"status": "pending", "job_id": "job-1"}),
        ("status", {"status": "running", "job_id": "job-1"}),
        ("stdout", {"offset": 0, "text": "one\n"}),
        ("stderr", {"offset": 0, "text": "two\n"}),
        ("stdout", {"offset": 4, "text": "three\n"}),
    ]
    [(name, last)] = events[5:]
    assert (name, last["stdout"], last["stderr"]) == ("result", "one\nthree\n", "two\n")


def test_one_who_comes_late_is_told_what_was_before(storage: Backend) -> None:
    """Of a job that is followed from its start, and while it runs; and much more than an item holds."""
    job = put(storage)
    whole = (LARGE + "more").encode()

    def others() -> None:
        storage.pass_on("job-1", 1, b"more", b"")
        for position in (Position(), Position(5, 0, "running"), Position(99_995, 1, "running")):
            late = follow(storage, job, position, after={1: lambda: end_once(storage, job)})
            assert stream(late, "stdout", position.stdout) == whole[position.stdout :].decode()
            assert stream(late, "stderr", position.stderr) == "e"[position.stderr :]
            assert [name for name, _ in late].count("result") == 1

    actions: dict[int, Callable[[], object]] = {
        1: lambda: storage.start("job-1"),
        2: lambda: storage.pass_on("job-1", 0, LARGE.encode(), b"e"),
    }
    events = follow(storage, job, after={**actions, 4: others})
    assert stream(events, "stdout").encode() == whole


def end_once(storage: Backend, job: Job) -> None:
    wire = {**result(job), "stdout": LARGE + "more", "stderr": "e"}
    storage.store.finish(job.job_id, "worker", Status.COMPLETED, wire)


def test_a_job_that_goes_back_is_told_so(storage: Backend) -> None:
    job = put(storage)

    def back() -> None:
        assert storage.store.hand_back("job-1", "worker")
        storage.waits("job-1")

    events = follow(
        storage,
        job,
        after={
            1: lambda: storage.start("job-1"),
            2: back,
            3: lambda: storage.start("job-1"),
            4: lambda: end(storage, job, ""),
        },
    )
    assert [data["status"] for name, data in events] == ["pending", "running", "pending", "running", "completed"]


def test_a_job_that_has_ended_is_told_from_its_record(storage: Backend) -> None:
    job = put(storage)
    storage.start("job-1")
    end(storage, job, LARGE)
    events = follow(storage, job)
    assert stream(events, "stdout") == LARGE
    assert {name for name, _ in events} == {"stdout", "result"}
    assert stream(follow(storage, job, Position(5, 0, "running")), "stdout", 5) == LARGE.encode()[5:].decode()


def test_a_cancelled_job_ends_for_its_follower(storage: Backend) -> None:
    job = put(storage)
    events = follow(storage, job, after={1: lambda: storage.store.cancel_pending("job-1", result(job))})
    assert [name for name, _ in events] == ["status", "result"]
