"""What a customer sees of rate and concurrency: headers, 429 answers, and slots that refused requests don't keep."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.core.keys import Key
from tests.api.events import Called, call
from tests.aws import Cloud, cloud

BODY = json.dumps({"language": "python", "code": "1"})
RATE_HEADERS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def key(aws: Cloud, burst: int = 100, concurrency: int = 100) -> str:
    return aws.keys.put(Key("unsb-pk-limi-limi-limi-limi", rate_per_minute=1, burst=burst, concurrency=concurrency))


def submit(secret: str, headers: dict[str, str] | None = None, body: str = BODY) -> Called:
    return call("POST", "/execute/async", body, secret, headers)


def test_every_authenticated_answer_says_what_is_left(aws: Cloud) -> None:
    secret, begin = key(aws), time.monotonic()
    for left, (method, path, body, status) in enumerate(
        [
            ("GET", "/jobs", None, 200),
            ("GET", "/jobs/x", None, 404),
            ("POST", "/execute/async", BODY, 200),
            ("POST", "/execute", "{}", 422),
            ("POST", "/execute", "no", 400),
            ("GET", "/keys/self", None, 200),
            ("POST", "/keys/validate", None, 200),
        ],
        start=1,
    ):
        answer = call(method, path, body, secret)
        assert answer.status == status
        limit, remaining, reset = (answer.headers[name] for name in RATE_HEADERS)
        assert (limit, remaining) == ("100", str(100 - left))
        assert 60 * left - (time.monotonic() - begin) - 1 <= int(reset) <= 60 * left
    for answer in (call("GET", "/health"), call("GET", "/jobs")):
        assert "x-ratelimit-limit" not in answer.headers


@pytest.mark.usefixtures("aws")
def test_too_many_requests(aws: Cloud) -> None:
    secret = key(aws, burst=1)
    assert call("GET", "/jobs", None, secret).status == 200
    for method, path in (("GET", "/jobs"), ("POST", "/execute"), ("POST", "/keys/validate")):
        answer = call(method, path, BODY if method == "POST" else None, secret)
        assert (answer.status, answer.body["error"]) == (429, "rate_limit_exceeded")
        assert answer.headers["retry-after"] == "60"
        assert [answer.headers[name] for name in RATE_HEADERS] == ["1", "0", "60"]


def test_fifty_at_once(aws: Cloud) -> None:
    secret = key(aws, burst=10, concurrency=3)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: submit(secret), range(50)))
    found = Counter(answer.body.get("error", answer.status) for answer in answers)
    assert found == {200: 3, "concurrency_limit_reached": 7, "rate_limit_exceeded": 40}
    assert aws.items() == 3
    refused = next(each for each in answers if each.body.get("error") == "concurrency_limit_reached")
    assert (refused.body["active_executions"], refused.body["concurrency_limit"]) == (3, 3)
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["x-ratelimit-limit"] == "10"


def test_a_cancelled_job_gives_its_slot_back(aws: Cloud) -> None:
    secret = key(aws, concurrency=1)
    job_id = submit(secret).body["job_id"]
    assert submit(secret).status == 429
    call("DELETE", f"/jobs/{job_id}", None, secret)
    assert submit(secret).status == 200


@pytest.mark.parametrize("body", ["no", "[]", "{}", '{"language": "pythn", "code": "1"}'])
def test_a_refused_request_keeps_no_slot(aws: Cloud, body: str) -> None:
    secret = key(aws, concurrency=1)
    for path in ("/execute", "/run/async"):
        assert 400 <= call("POST", path, body, secret).status < 429
    assert submit(secret).status == 200


def test_a_repeated_request_needs_no_slot(aws: Cloud) -> None:
    secret = key(aws, concurrency=2)
    first, second, third = (submit(secret, {"Idempotency-Key": "a"}) for _ in range(3))
    assert first.body["job_id"] == second.body["job_id"] == third.body["job_id"]
    assert submit(secret).status == 200
    assert submit(secret, {"Idempotency-Key": "a"}).body["job_id"] == first.body["job_id"]
    assert submit(secret).status == 429


def test_a_reused_idempotency_key_takes_no_slot_from_the_first_job(aws: Cloud) -> None:
    secret = key(aws, concurrency=2)
    submit(secret, {"Idempotency-Key": "a"})
    assert submit(secret, {"Idempotency-Key": "a"}, '{"language": "bash", "code": "2"}').status == 409
    assert [submit(secret).status for _ in range(2)] == [200, 429]
