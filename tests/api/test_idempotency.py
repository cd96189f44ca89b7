from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.aws import clients
from functions.core.keys import Key
from tests.api.events import Called, call
from tests.aws import Cloud, cloud

BODY: dict[str, Any] = {"language": "python", "code": "print(1)"}


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def submit(secret: str, key: str, body: dict[str, Any] | None = None, path: str = "/execute/async") -> Called:
    return call("POST", path, json.dumps(body or BODY), secret, {"Idempotency-Key": key})


def test_the_same_request_gets_the_same_job(aws: Cloud) -> None:
    first, second = submit(aws.secret, "a"), submit(aws.secret, "a")
    assert (first.status, second.status) == (200, 200)
    assert first.body["job_id"] == second.body["job_id"]
    assert submit(aws.secret, "a", path="/execute").body["job_id"] == first.body["job_id"]
    assert submit(aws.secret, "b").body["job_id"] != first.body["job_id"]
    assert (aws.items(), aws.messages("python-zerotrust")) == (2, 2)


def test_another_request_with_the_key_is_refused_and_changes_nothing(aws: Cloud) -> None:
    large = BODY | {"stdin": "x" * 300_000}
    submit(aws.secret, "a", large)
    before = aws.objects()
    refused = submit(aws.secret, "a", BODY | {"stdin": "y" * 300_000})
    assert (refused.status, refused.body["error"]) == (409, "idempotency_key_reused")
    assert (aws.items(), aws.objects()) == (1, before)


def test_a_key_is_its_customers_own(aws: Cloud) -> None:
    other = aws.keys.put(Key("unsb-pk-othe-othe-othe-othe"))
    assert submit(aws.secret, "a").body["job_id"] != submit(other, "a", BODY | {"ttl": 5}).body["job_id"]


def test_fifty_at_once_make_one_job(aws: Cloud) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: submit(aws.secret, "a"), range(50)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body["job_id"] for answer in answers}) == 1
    assert (aws.items(), aws.messages("python-zerotrust")) == (1, 1)


def test_a_crash_between_record_and_message_leaves_a_job_that_the_sweep_sends(aws: Cloud) -> None:
    first = submit(aws.secret, "a").body["job_id"]
    clients.sqs().purge_queue(QueueUrl=aws.settings.queue_url_prefix + "python-zerotrust")
    assert submit(aws.secret, "a").body["job_id"] == first
    assert [active.job.job_id for active in aws.store.scan_active()] == [first]


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256])
def test_a_key_of_no_use_is_refused(aws: Cloud, key: str) -> None:
    answer = submit(aws.secret, key)
    assert (answer.status, answer.body["error"], aws.items()) == (400, "bad_request", 0)
