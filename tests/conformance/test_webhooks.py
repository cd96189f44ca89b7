"""Webhooks over HTTP: each end is told, signed, to receivers that these tests have on this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.client import Client
from tests.conformance.shapes import check_error, check_job
from tests.receiver import Receiver, answer, receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    if request.config.getoption("--base-url"):
        pytest.skip("another machine's service reaches no receiver here")
    with receiving() as ready:
        yield ready


def settled(api: Client, job_id: str, seconds: float = 20) -> dict[str, Any]:
    """Wait until a job's webhook is delivered or given up; return the job."""
    return api.until(job_id, lambda job: job["webhook"]["status"] != "pending", seconds)


def own_secret(api: Client) -> str:
    """Return what a key's holder makes of his secret key."""
    digest = hmac.new(api.secret.encode(), b"webhook", hashlib.sha256).digest()
    return "whsec_" + base64.b64encode(digest).decode()


def test_the_job_is_posted_when_it_has_ended(api: Client, receiver: Receiver) -> None:
    webhook = {"url": f"{receiver.url}/jobs?a=b", "secret": SECRET}
    job_id = api.submit("bash", "echo told", webhook=webhook)
    [received] = receiver.wait()
    told = received.verified(SECRET)
    check_job(told)
    assert (told["job_id"], told["status"], told["result"]["stdout"]) == (job_id, "completed", "told\n")
    assert (received.path, received.headers["content-type"]) == ("/jobs?a=b", "application/json")
    assert received.headers["webhook-id"] == f"msg_{job_id}"
    assert abs(int(received.headers["webhook-timestamp"]) - time.time()) < 60
    job = settled(api, job_id)
    check_job(job, webhook=True)
    assert job["webhook"]["url"] == webhook["url"]
    assert (job["webhook"]["status"], job["webhook"]["attempts"]) == ("delivered", 1)
    assert (job["webhook"]["response_status"], job["webhook"]["next_attempt_at"]) == (204, None)
    assert {key: value for key, value in job.items() if key != "webhook"} == told
    assert len(receiver.received) == 1


def test_without_a_secret_it_is_signed_with_what_the_secret_key_gives(api: Client, receiver: Receiver) -> None:
    result = api.execute("bash", "echo told", webhook={"url": receiver.url})
    [received] = receiver.wait()
    assert received.verified(own_secret(api))["result"] == result


@pytest.mark.parametrize("way", ["timeout", "cancelled", "cancelled while it waits"])
def test_other_ends(api: Client, receiver: Receiver, way: str) -> None:
    webhook = {"url": receiver.url}
    if way == "timeout":
        job_id = api.submit("bash", "echo so far; sleep 60", ttl=1, webhook=webhook)
    else:
        job_id = api.submit("bash", "echo so far; sleep 60", webhook=webhook)
        if way == "cancelled":
            api.until(job_id, lambda job: job["status"] == "running")
        api.request("DELETE", f"/jobs/{job_id}")
    [received] = receiver.wait()
    told = received.verified(own_secret(api))
    check_job(told)
    assert (told["job_id"], told["status"]) == (job_id, way.split(maxsplit=1)[0])
    assert settled(api, job_id)["webhook"]["attempts"] == 1


def test_a_program_that_fails_is_told_like_any_other(api: Client, receiver: Receiver) -> None:
    api.submit("bash", "exit 3", webhook={"url": receiver.url})
    [received] = receiver.wait()
    assert (received.json["status"], received.json["result"]["exit_code"]) == ("completed", 3)


def test_much_output(api: Client, receiver: Receiver) -> None:
    job_id = api.submit("bash", "head -c 1500000 /dev/zero | tr '\\0' x", webhook={"url": receiver.url})
    [received] = receiver.wait()
    assert received.verified(own_secret(api)) == {**_without_webhook(settled(api, job_id))}
    assert len(received.json["result"]["stdout"]) == 1_500_000


def test_too_much_output_is_left_out_and_can_be_read(api: Client, receiver: Receiver) -> None:
    code = "head -c 2000000 /dev/zero | tr '\\0' '\\1'"  # six bytes of JSON for each
    job_id = api.submit("bash", code, webhook={"url": receiver.url})
    [received] = receiver.wait()
    assert (received.json["result"], received.json["result_omitted"]) == (None, True)
    assert len(settled(api, job_id)["result"]["stdout"]) == 2_000_000


def _without_webhook(job: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in job.items() if key != "webhook"}


def test_a_receiver_that_fails_once_is_told_again(api: Client, receiver: Receiver) -> None:
    receiver.behaviours = [answer(503)]
    job_id = api.submit("bash", "echo told", webhook={"url": receiver.url})
    receiver.wait(1)
    job = api.until(job_id, lambda job: job["webhook"]["attempts"] == 1)
    assert (job["webhook"]["status"], job["webhook"]["response_status"]) == ("pending", 503)
    assert job["webhook"]["error"] == "the receiver answered 503"
    assert 0 < job["webhook"]["next_attempt_at"] - job["webhook"]["last_attempt_at"] <= 10
    first, second = receiver.wait(2, 20)
    assert 4.5 < second.at - first.at < 10
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert second.verified(own_secret(api))
    assert settled(api, job_id)["webhook"]["attempts"] == 2


def test_a_redirect_leads_nowhere(api: Client, receiver: Receiver) -> None:
    with receiving() as inner:
        receiver.behaviour = answer(307, Location=f"{inner.url}/")
        job_id = api.submit("bash", "echo told", webhook={"url": receiver.url})
        job = api.until(job_id, lambda job: job["webhook"]["response_status"])
        assert job["webhook"]["error"] == "the receiver answered 307; redirects are not followed"
        assert inner.received == []


@pytest.mark.parametrize("behaviour", ["endless", "nonsense", "long_head"])
def test_a_receiver_that_misbehaves(api: Client, receiver: Receiver, behaviour: str) -> None:
    receiver.behaviour = getattr(receiver, behaviour)
    job_id = api.submit("bash", "echo told", webhook={"url": receiver.url})
    job = api.until(job_id, lambda job: (job["webhook"]["attempts"] == 1 and job["webhook"]["response_status"])
                    or job["webhook"]["error"])  # fmt: skip
    delivered = job["webhook"]["status"] == "delivered"
    assert delivered is (behaviour == "endless")


def test_a_receiver_that_never_answers_delays_nobody(api: Client, receiver: Receiver) -> None:
    receiver.behaviour = receiver.hang
    slow = [api.submit("bash", "echo slow", webhook={"url": receiver.url}) for _ in range(2)]
    receiver.wait(2)
    with receiving() as quick:
        start = time.monotonic()
        api.execute("bash", "echo quick", webhook={"url": quick.url})
        quick.wait(1, 10)
        assert time.monotonic() - start < 10
    assert [api.job(job_id)["webhook"]["status"] for job_id in slow] == ["pending", "pending"]


def test_a_repeated_request_is_told_once(api: Client, receiver: Receiver) -> None:
    body = json.dumps({"language": "bash", "code": "echo once", "webhook": {"url": receiver.url}}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"webhook-{time.time_ns()}"}
    ids = {api.request("POST", "/execute/async", body, headers).json["job_id"] for _ in range(3)}
    settled(api, ids.pop())
    assert not ids
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("webhook", "field"),
    [
        ({}, "webhook.url"),
        ("https://example.com/", "webhook"),
        ({"url": 1}, "webhook.url"),
        ({"url": "ftp://example.com/"}, "webhook.url"),
        ({"url": "https://example.com/\r\nX-Evil: 1"}, "webhook.url"),
        ({"url": "https://user:password@example.com/"}, "webhook.url"),
        ({"url": "https://169.254.169.254/latest/meta-data/"}, "webhook.url"),
        ({"url": "https://[::ffff:169.254.169.254]/"}, "webhook.url"),
        ({"url": "https://[fd00:ec2::254]/"}, "webhook.url"),
        ({"url": "https://example.com/", "secret": "short"}, "webhook.secret"),
    ],
)
def test_what_cant_be_a_webhook_is_refused(api: Client, webhook: Any, field: str) -> None:
    answer = api.post("/execute/async", {"language": "bash", "code": "echo 1", "webhook": webhook})
    body = check_error(answer, 422, "validation_error")
    assert [detail["field"] for detail in body["details"]] == [field]


def test_null_is_no_webhook(api: Client) -> None:
    job_id = api.submit("bash", "echo 1", webhook=None)
    assert "webhook" not in api.finished(job_id)
