"""Events: all that happens to a job, as it happens, once, from any point on."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.client import Client
from tests.conformance.shapes import check_error, check_result

EVENTS = {"Accept": "text/event-stream"}
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Told:
    id: str
    name: str
    data: Any
    at: float  # when it came


@contextmanager
def streaming(
    api: Client, method: str, path: str, body: Any = None, **headers: str
) -> Iterator[tuple[http.client.HTTPResponse, Iterator[Told]]]:
    """Ask, and read events as they come."""
    address = urlsplit(api.base_url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.netloc, timeout=60)
    sent = {"Authorization": f"Bearer {api.secret}", **EVENTS, **JSON, **headers}
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    try:
        connection.request(method, address.path.rstrip("/") + path, content, sent)
        answer = connection.getresponse()
        yield answer, read(answer)
    finally:
        connection.close()


def read(answer: http.client.HTTPResponse) -> Iterator[Told]:
    fields: dict[str, str] = {}
    for line in answer:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name:
            fields[name] = value
        elif "event" in fields:
            yield Told(fields["id"], fields["event"], json.loads(fields["data"]), time.time())
            fields = {}


def texts(events: list[Told], stream: str) -> str:
    """Put a stream together; each part is where the last one ended."""
    text = ""
    for each in events:
        if each.name == stream:
            assert each.data["offset"] == len(text.encode())
            text += each.data["text"]
    return text


def submission(code: str, language: str = "bash", **fields: Any) -> dict[str, Any]:
    return {"language": language, "code": code, **fields}


def test_execute_tells_what_happens(api: Client) -> None:
    with streaming(api, "POST", "/execute", submission("echo one; echo two >&2; sleep 0.3; echo three; exit 3")) as (
        answer,
        events,
    ):
        assert (answer.status, answer.getheader("content-type")) == (200, "text/event-stream")
        assert answer.getheader("cache-control") == "no-store"
        assert answer.getheader("x-request-id")
        assert answer.getheader("x-ratelimit-limit")
        told = list(events)
    assert told[-1].name == "result"
    result = told[-1].data
    check_result(result)
    assert (result["exit_code"], result["stdout"], result["stderr"]) == (3, "one\nthree\n", "two\n")
    assert (texts(told, "stdout"), texts(told, "stderr")) == ("one\nthree\n", "two\n")
    statuses = [each.data["status"] for each in told if each.name == "status"]
    assert statuses in (["running"], ["pending", "running"])
    assert api.job(result["job_id"])["result"] == result


def test_run_tells_it_too(api: Client) -> None:
    with streaming(api, "POST", "/run?args=you", b"#!/bin/sh\necho $1\n", **{"Content-Type": "text/plain"}) as (
        _,
        events,
    ):
        told = list(events)
    assert texts(told, "stdout") == "you\n"
    assert told[-1].data["detected_language"] == "bash"


def test_a_refusal_is_an_ordinary_answer(api: Client) -> None:
    check_error(api.request("POST", "/execute", b"{}", {**EVENTS, **JSON}), 422, "validation_error")
    check_error(api.request("GET", f"/jobs/{'0' * 8}-0000-4000-8000-{'0' * 12}/events"), 404, "not_found")
    job_id = api.execute("bash", "echo 1")["job_id"]
    for wrong in ("x", "1-2", "1-2-done", "-1-0-new"):
        answer = api.request("GET", f"/jobs/{job_id}/events", None, {"Last-Event-ID": wrong})
        check_error(answer, 422, "validation_error")


def test_a_jobs_events_can_be_had_at_any_time(api: Client) -> None:
    job_id = api.submit("bash", "echo one; sleep 2.5; echo two")
    api.until(job_id, lambda job: job["status"] == "running" and job["partial"]["stdout"])
    for _ in range(2):  # while it runs, and when it has ended
        with streaming(api, "GET", f"/jobs/{job_id}/events") as (_, events):
            told = list(events)
        assert texts(told, "stdout") == "one\ntwo\n"
        assert told[-1].name == "result"
    answer = api.request("GET", f"/jobs/{job_id}/events", None, {"Last-Event-ID": told[-1].id})
    assert (answer.status, answer.text) == (204, "")


def test_nothing_is_lost_or_told_twice_where_the_line_breaks(api: Client) -> None:
    code = "for n in $(seq 40); do echo line $n; echo error $n >&2; sleep 0.05; done"
    job_id = api.submit("bash", code)
    told: list[Told] = []
    while not told or told[-1].name != "result":
        since = {"Last-Event-ID": told[-1].id} if told else {}
        with streaming(api, "GET", f"/jobs/{job_id}/events", **since) as (_, events):
            for each, _ in zip(events, range(7), strict=False):
                told.append(each)
    assert texts(told, "stdout") == "".join(f"line {n}\n" for n in range(1, 41))
    assert texts(told, "stderr") == "".join(f"error {n}\n" for n in range(1, 41))
    assert [each.name for each in told].count("result") == 1
    statuses = [each.data["status"] for each in told if each.name == "status"]
    assert len(set(statuses)) == len(statuses)


def test_all_that_is_kept_is_told(api: Client) -> None:
    """Far more than the 64 KiB that a poll shows, and characters that are cut at every place; while it runs."""
    code = (
        "import sys, time\nfor n in range(60_000): sys.stdout.write(f'{n:06} \u20ac\u00e4\U0001f600 ' + 'x' * 25)\n"
    )
    with streaming(api, "POST", "/execute", submission(code + "sys.stdout.flush()\ntime.sleep(3)", "python")) as (
        _,
        events,
    ):
        told = list(events)
    result = told[-1].data
    assert result["stdout_truncated"] is True
    assert len(result["stdout"].encode()) > 2 * 1_048_576 - 4
    assert texts(told, "stdout") == result["stdout"]
    parts = [each for each in told if each.name == "stdout"]
    assert parts[len(parts) // 2].at < told[-1].at - 0.5, "it came before the end"


def test_what_isnt_text_is_told_as_the_result_has_it(api: Client) -> None:
    code = r"printf 'a\xff\xc3'; sleep 1.5; printf '\xa4\xe2\x82'; sleep 0.2; printf 'z\xf0\x9f'"
    with streaming(api, "POST", "/execute", submission(code)) as (_, events):
        told = list(events)
    assert texts(told, "stdout") == told[-1].data["stdout"] == "a\ufffd\u00e4\ufffdz\ufffd"


def test_output_comes_as_it_is_written(api: Client, request: pytest.FixtureRequest) -> None:
    """On one machine within 50 ms; in the cloud within a heartbeat, and a look of the follower's."""
    cloud = request.config.getoption("--rehearsal") or request.config.getoption("--base-url")
    code = "import time\nfor _ in range(20):\n    print(time.time(), flush=True)\n    time.sleep(0.15)\n"
    with streaming(api, "POST", "/execute", submission(code, "python")) as (_, events):
        late = [
            each.at - float(line) for each in events if each.name == "stdout" for line in each.data["text"].split()
        ]
    assert len(late) == 20
    if cloud:
        assert max(late) < 2.5
    else:
        assert sorted(late)[-3] < 0.05  # two that the machine itself holds up say nothing


def test_a_cancelled_jobs_stream_ends(api: Client) -> None:
    job_id = api.submit("bash", "echo one; sleep 60")
    with streaming(api, "GET", f"/jobs/{job_id}/events") as (_, events):
        told = []
        for each in events:
            told.append(each)
            if each.name == "stdout":
                assert api.request("DELETE", f"/jobs/{job_id}").status == 200
    assert told[-1].name == "result"
    assert told[-1].data["status"] == "cancelled"
    assert texts(told, "stdout") == told[-1].data["stdout"] == "one\n"
