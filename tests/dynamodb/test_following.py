"""Followers in the cloud: each takes up a function, so he has a place, or is told what there is and comes again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from functions.api.dependencies import forget
from functions.aws import clients
from functions.aws.places import WaitingPlaces
from functions.core.job import Status
from functions.core.keys import Key
from tests.api.events import Called, call
from tests.aws import Cloud, cloud
from tests.jobs import put, result


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh, mock.patch.dict(os.environ, {"WAITING_CALLERS": "1", "SYNC_WAIT_SECONDS": "0.6"}):
        forget()
        yield fresh


def told(answer: Called) -> list[tuple[str, Any]]:
    """Return the events of a whole answer."""
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/event-stream"
    frames = [frame.split("\n") for frame in answer.body.decode().split("\n\n")]
    return [(lines[1].removeprefix("event: "), json.loads(lines[2].removeprefix("data: "))) for lines in frames
            if lines[0].startswith("id: ")]  # fmt: skip


def names(answer: Called) -> list[str]:
    return [name for name, _ in told(answer)]


def running(aws: Cloud) -> str:
    """Have a job that runs, and has written something."""
    job_id: str = call("POST", "/execute/async", '{"language":"python","code":"1"}', aws.secret).body["job_id"]
    assert aws.store.claim(job_id, "worker")
    return job_id


def test_one_who_finds_no_place_is_told_what_there_is(aws: Cloud) -> None:
    job_id = running(aws)
    places = WaitingPlaces(clients.dynamodb(), aws.settings.jobs_table, 1)
    taken = places.take(60)
    assert taken
    answer = call("GET", f"/jobs/{job_id}/events", secret=aws.secret)
    assert names(answer) == ["status", "error"]
    assert told(answer)[-1][1]["error"] == "service_unavailable"
    assert aws.store.finish(job_id, "worker", Status.COMPLETED, result(put(aws, "other")))
    assert names(call("GET", f"/jobs/{job_id}/events", secret=aws.secret)) == ["result"], "the end needs no place"
    places.leave(taken)


def test_places_are_left_again(aws: Cloud) -> None:
    job_id = running(aws)
    for _ in range(2):
        answer = call("GET", f"/jobs/{job_id}/events", secret=aws.secret)
        assert names(answer) == ["status"], "it was held, and comes again by itself"


def test_a_customers_followers_take_no_more_places_than_he_may_have_jobs(aws: Cloud) -> None:
    os.environ.pop("WAITING_CALLERS")
    forget()
    secret = aws.keys.put(Key("unsb-pk-once-once-once-once", concurrency=1))
    job_id = call("POST", "/execute/async", '{"language":"python","code":"1"}', secret).body["job_id"]
    own = WaitingPlaces(clients.dynamodb(), aws.settings.jobs_table, 1, "following/unsb-pk-once-once-once-once")
    assert own.take(60)
    assert names(call("GET", f"/jobs/{job_id}/events", secret=secret)) == ["status", "error"]
    assert names(call("GET", f"/jobs/{running(aws)}/events", secret=aws.secret)) == ["status"], "others have theirs"


def test_a_stream_that_is_asked_for_by_a_submission_is_told_of_its_job(aws: Cloud) -> None:
    body = '{"language":"python","code":"1"}'
    answer = call("POST", "/execute", body, aws.secret, {"Accept": "text/event-stream"})
    [(name, data)] = told(answer)
    assert (name, data["status"]) == ("status", "pending")
    assert aws.store.get(data["job_id"])
    claim = aws.store.claim(data["job_id"], "worker")
    assert claim
    assert claim.job.watched, "its worker passes on from its start"


@pytest.mark.parametrize(
    ("accept", "events"),
    [
        ("text/event-stream", True),
        ("Text/Event-Stream; charset=utf-8", True),
        ("text/event-stream, application/json", True),
        ("application/json, text/event-stream", False),
        ("text/event-stream;q=0", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_events_are_for_those_who_ask_for_them(aws: Cloud, accept: str, events: bool) -> None:
    answer = call("POST", "/execute", '{"language":"python","code":"1"}', aws.secret, {"Accept": accept})
    assert (answer.headers["content-type"] == "text/event-stream") is events


def test_head_has_no_body_and_doesnt_wait(aws: Cloud) -> None:
    answer = call("HEAD", f"/jobs/{running(aws)}/events", secret=aws.secret)
    assert (answer.status, answer.headers["content-type"], answer.body) == (200, "text/event-stream", b"")


def test_a_large_end_comes_in_answers_that_lambda_can_send(aws: Cloud) -> None:
    job_id = running(aws)
    large = {**result(put(aws, "other")), "stdout": "x" * 2_097_152, "stderr": "y" * 2_097_152}
    assert aws.store.finish(job_id, "worker", Status.COMPLETED, large)
    events: list[tuple[str, Any]] = []
    headers: dict[str, str] = {}
    while not events or events[-1][0] != "result":
        answer = call("GET", f"/jobs/{job_id}/events", secret=aws.secret, headers=headers)
        assert len(answer.body) < 5_000_000
        events += told(answer)
        headers = {"Last-Event-ID": answer.body.decode().rpartition("id: ")[2].partition("\n")[0]}
    assert "".join(data["text"] for name, data in events if name == "stderr") == large["stderr"]
    assert call("GET", f"/jobs/{job_id}/events", secret=aws.secret, headers=headers).status == 204


def test_another_customers_job_is_none(aws: Cloud) -> None:
    other = aws.keys.put(Key("unsb-pk-othe-othe-othe-othe"))
    assert call("GET", f"/jobs/{running(aws)}/events", secret=other).status == 404
