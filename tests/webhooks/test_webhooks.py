"""The cloud's webhooks: every end is told, by the queue's function, once; what a crash forgot, the sweep finds."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
import standardwebhooks
from botocore.exceptions import ClientError

from functions.aws import clients, schema
from functions.aws.webhooks import LambdaPost, WebhookQueue
from functions.aws.work import AwsWorkQueue
from functions.core.deliverer import Request, key_secret
from functions.core.errors import StorageError
from functions.core.job import Job, Status
from functions.core.service import cancelled_result
from functions.core.store import now_ms
from functions.core.webhooks import PAUSES, TRIES, Delivery, Outcome, secret_text
from functions.core.work import Message
from functions.sweep.app import handler as sweep
from functions.task_stopped.app import handler as task_stopped
from functions.webhooks import app
from functions.webhooks.app import Telling
from infra import cost
from tests.api.events import call
from tests.aws import KEY, POOLS, Cloud, cloud
from tests.jobs import put, put_with_webhook, result
from tests.writes import counting

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "https://example.com/hook"


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


class Posts:
    """What is sent, and what becomes of it."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.sent: list[Request] = []
        self._outcomes = list(outcomes)

    def __call__(self, request: Request) -> Outcome:
        self.sent.append(request)
        outcome = self._outcomes.pop(0) if self._outcomes else Outcome(status=204)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def messages(aws: Cloud) -> list[str]:
    """Take the messages of the webhook queue."""
    url = aws.settings.queue_url_prefix + schema.WEBHOOK_QUEUE
    answer = clients.sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    for each in answer.get("Messages", []):
        clients.sqs().delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return [each["Body"] for each in answer.get("Messages", [])]


def serve(posts: Posts, job_id: str = "job-1") -> list[str]:
    """Have the function serve a message; return those that are to come again."""
    telling = Telling.from_environment(os.environ, posts)
    event = {"Records": [{"messageId": "m", "receiptHandle": "r", "body": job_id}]}
    with mock.patch.object(WebhookQueue, "postpone", lambda *_: None):
        return [each["itemIdentifier"] for each in telling.serve(event)["batchItemFailures"]]


def delivery(aws: Cloud, job_id: str = "job-1") -> Delivery:
    job = aws.store.get(job_id)
    assert job
    assert job.webhook
    return job.webhook


def end(aws: Cloud, job: Job) -> bool:
    """Have a worker end a job."""
    work, message = AwsWorkQueue(POOLS[0], "worker", aws.store, aws.queue, aws.files), Message(job.job_id, None)
    claim = work.claim(message)
    assert claim
    work.finish(message, claim, Status.COMPLETED, result(job), young=True)
    return True


@contextmanager
def at(milliseconds: int) -> Iterator[None]:
    """Have it be so late for the function and the sweep."""
    with (
        mock.patch.object(app, "now_ms", lambda: milliseconds),
        mock.patch("functions.aws.webhooks.now_ms", lambda: milliseconds),
    ):
        yield


ENDS: dict[str, Callable[[Cloud, Job], bool]] = {
    "worker": end,
    "cancelled while it waits": lambda aws, job: aws.store.cancel_pending(job.job_id, cancelled_result(job)),
    "cancelled by force": lambda aws, job: (
        bool(aws.store.claim(job.job_id, "w"))
        and aws.store.request_cancel(job.job_id)
        and aws.store.cancel_lost(job.job_id, cancelled_result(job))
    ),
    "given up": lambda aws, job: aws.store.give_up(job.job_id, result(job)),
    "lease": lambda aws, job: (
        bool(claimed := aws.store.claim(job.job_id, "w"))
        and claimed is not None
        and aws.store.expire(job.job_id, next(aws.store.scan_active()).lease_until_ms or 0, result(job))
    ),
}


def test_each_way_to_end_is_announced_once(aws: Cloud) -> None:
    for way, ends in ENDS.items():
        job = put_with_webhook(aws, way)
        assert messages(aws) == [], way
        assert ends(aws, job), way
        assert messages(aws) == [way]
        assert not aws.store.give_up(way, result(job))
        assert messages(aws) == [], way


def test_a_task_that_stopped_ends_its_job_and_announces_it(aws: Cloud) -> None:
    put_with_webhook(aws)
    assert aws.store.claim("job-1", "dead")
    task = {"lastStatus": "STOPPED", "taskArn": "arn:aws:ecs:::task/dead", "containers": [], "startedBy": "x"}
    task_stopped({"detail": task})
    assert messages(aws) == ["job-1"]


def test_jobs_without_a_webhook_announce_nothing(aws: Cloud) -> None:
    end(aws, put(aws))
    assert messages(aws) == []


def test_customers_are_told_apart_by_the_queue(aws: Cloud) -> None:
    """So that SQS is fair: one whose receivers are slow leaves room to the others."""
    sent: list[dict[str, Any]] = []
    client = mock.Mock()
    client.send_message = lambda **message: sent.append(message)
    WebhookQueue(client, "url").announce("job-1", "unsb-pk-a")
    assert sent == [{"QueueUrl": "url", "MessageBody": "job-1", "MessageGroupId": "unsb-pk-a"}]
    assert aws


def test_told(aws: Cloud) -> None:
    end(aws, put_with_webhook(aws))
    posts = Posts()
    with counting() as units:
        assert serve(posts) == []
    assert units.counted <= cost.WEBHOOK_WRITES - 1  # 1 is of the end
    [request] = posts.sent
    assert request.url == URL
    assert json.loads(request.body)["status"] == "completed"
    found = delivery(aws)
    assert (found.status, found.attempts, found.response_status, found.next_ms) == ("delivered", 1, 204, None)
    assert serve(posts) == []
    assert len(posts.sent) == 1


def test_by_the_api_with_a_secret_of_the_jobs_own(aws: Cloud) -> None:
    body = {"language": "python", "code": "1", "webhook": {"url": URL, "secret": SECRET}}
    job_id = call("POST", "/execute/async", json.dumps(body), aws.secret).body["job_id"]
    key = {"job_id": {"S": job_id}}
    item = clients.dynamodb().get_item(TableName=aws.settings.jobs_table, Key=key)["Item"]
    assert SECRET not in str(item)
    assert SECRET.removeprefix("whsec_") not in str(item)
    call("DELETE", f"/jobs/{job_id}", None, aws.secret)
    posts = Posts()
    assert serve(posts, job_id) == []
    [request] = posts.sent
    told = standardwebhooks.Webhook(SECRET).verify(request.body, dict(request.headers))
    assert (told["job_id"], told["status"], told["result"]["error"]) == (job_id, "cancelled", "cancelled")
    shown = call("GET", f"/jobs/{job_id}", None, aws.secret).body["webhook"]
    assert (shown["url"], shown["status"], shown["attempts"]) == (URL, "delivered", 1)
    assert "sealed_secret" not in shown
    item = clients.dynamodb().get_item(TableName=aws.settings.jobs_table, Key=key)["Item"]
    assert "sealed" not in str(item)


def test_by_a_keys_default(aws: Cloud) -> None:
    secret = aws.keys.put(KEY.__class__("unsb-pk-hook-hook-hook-hook", webhook=URL))
    job_id = call("POST", "/execute/async", json.dumps({"language": "python", "code": "1"}), secret).body["job_id"]
    call("DELETE", f"/jobs/{job_id}", None, secret)
    posts = Posts()
    serve(posts, job_id)
    [request] = posts.sent
    library = standardwebhooks.Webhook(secret_text(key_secret(secret)))
    assert library.verify(request.body, dict(request.headers))["job_id"] == job_id


def test_a_failing_receiver_is_tried_again_at_its_times(aws: Cloud) -> None:
    end(aws, put_with_webhook(aws))
    posts, now = Posts(*[Outcome(status=500)] * 100), now_ms()
    for attempt in range(1, TRIES + 1):
        due = delivery(aws).next_ms
        assert due is not None
        with at(max(due, now)):
            again = serve(posts)
        assert again == (["m"] if attempt < TRIES else [])
        assert len(posts.sent) == attempt
        if attempt < TRIES:
            assert serve(posts) == ["m"]  # too soon: it comes again, and nothing is sent
            assert len(posts.sent) == attempt
    found = delivery(aws)
    assert (found.status, found.attempts, found.error) == ("failed", TRIES, "the receiver answered 500")
    assert len({each.headers["webhook-id"] for each in posts.sent}) == 1
    assert len({each.body for each in posts.sent}) == 1


def test_the_message_comes_again_when_the_next_try_is_due(aws: Cloud) -> None:
    end(aws, put_with_webhook(aws))
    telling = Telling.from_environment(os.environ, Posts(Outcome(status=500)))
    url = aws.settings.queue_url_prefix + schema.WEBHOOK_QUEUE
    [message] = clients.sqs().receive_message(QueueUrl=url)["Messages"]
    record = {"messageId": "m", "receiptHandle": message["ReceiptHandle"], "body": message["Body"]}
    changed: list[int] = []
    genuine = WebhookQueue.postpone

    def postpone(queue: WebhookQueue, receipt: str, seconds: int) -> None:
        changed.append(seconds)
        genuine(queue, receipt, seconds)

    with mock.patch.object(WebhookQueue, "postpone", postpone):
        assert telling.serve({"Records": [record]}) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert PAUSES[0] <= changed[0] <= PAUSES[0] * 1.1 + 1


def test_a_message_that_comes_twice_at_once_makes_one_try(aws: Cloud) -> None:
    end(aws, put_with_webhook(aws))
    posts = Posts()

    def twice(request: Request) -> Outcome:
        assert serve(posts) == ["m"]
        return Posts()(request)

    telling = Telling.from_environment(os.environ, twice)
    assert telling.serve({"Records": [{"messageId": "m", "receiptHandle": "r", "body": "job-1"}]}) == {
        "batchItemFailures": []
    }
    assert posts.sent == []
    assert delivery(aws).attempts == 1


def test_our_own_failure_isnt_counted_and_is_logged_as_an_error(aws: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    end(aws, put_with_webhook(aws))
    posts = Posts(StorageError("the function that posts webhooks failed"))
    assert serve(posts) == ["m"]
    assert [each.levelname for each in caplog.records] == ["ERROR"]
    found = delivery(aws)
    assert (found.status, found.attempts) == ("pending", 0)
    with at(found.next_ms or 0):
        assert serve(posts) == []
    assert delivery(aws).status == "delivered"


def test_a_function_that_died_in_the_last_try_leaves_a_failed_delivery(aws: Cloud) -> None:
    end(aws, put_with_webhook(aws, attempts=TRIES - 1))
    before = delivery(aws)
    assert aws.deliveries.change("job-1", before, before.begun(1, 90_001))
    assert serve(Posts()) == []
    assert (delivery(aws).status, delivery(aws).error) == ("failed", app.LOST)


def test_messages_that_name_no_ended_job_with_a_webhook_do_nothing(aws: Cloud) -> None:
    """A worker that was taken over can put any into the queue."""
    end(aws, put(aws, "no-webhook"))
    put_with_webhook(aws, "active")
    posts = Posts()
    for job_id in ("none", "no-webhook", "active"):
        assert serve(posts, job_id) == []
    assert posts.sent == []


def test_what_the_queue_didnt_hear_of_the_sweep_finds(aws: Cloud) -> None:
    job = put_with_webhook(aws)
    with mock.patch.object(WebhookQueue, "announce", side_effect=StorageError("no queue")):
        aws.store._announce = WebhookQueue(clients.sqs(), "x").announce
        end(aws, job)
    ended = aws.store.get("job-1")
    assert ended
    assert ended.completed_ms
    assert messages(aws) == []
    for seconds, found in ((10, 0), (61, 1), (121, 1), (181, 0), (241, 1), (301, 0), (481, 1)):
        with at(ended.completed_ms + seconds * 1000):
            assert sweep({})["webhooks"] == found, seconds
    assert messages(aws) == ["job-1"] * 4
    assert serve(Posts()) == []
    with at(ended.completed_ms + 61_000):
        assert sweep({})["webhooks"] == 0


def test_the_sweep_leaves_alone_what_hasnt_ended(aws: Cloud) -> None:
    put_with_webhook(aws, "waits")
    put_with_webhook(aws, "runs")
    assert aws.store.claim("runs", "worker")
    with at(now_ms() + 61_000):
        assert sweep({})["webhooks"] == 0


class Lambda:
    """boto3's client."""

    def __init__(self, payload: bytes = b'{"status": 204, "error": null}', **answer: Any) -> None:
        self.events: list[Any] = []
        self._answer = {"Payload": io.BytesIO(payload), **answer}

    def invoke(self, **call: Any) -> Any:
        self.events.append((call["FunctionName"], json.loads(call["Payload"])))
        return self._answer


def test_the_function_that_posts_is_called() -> None:
    client = Lambda()
    request = Request(URL, {"webhook-id": "msg_1"}, b"\xff")
    assert LambdaPost(client, "post")(request) == Outcome(status=204)
    assert client.events == [("post", {"url": URL, "headers": {"webhook-id": "msg_1"}, "body": "/w=="})]


def test_a_function_that_posts_and_fails_is_our_failure() -> None:
    failed = Lambda(b'{"errorMessage": "timed out"}', FunctionError="Unhandled")
    throttled = mock.Mock()
    throttled.invoke.side_effect = ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")
    for client in (failed, throttled):
        with pytest.raises(StorageError):
            LambdaPost(client, "post")(Request(URL, {}, b""))


def test_the_function_puts_itself_together(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    end(aws, put_with_webhook(aws))
    client = Lambda()
    monkeypatch.setenv("POST_FUNCTION", "post")
    monkeypatch.setattr(clients, "lambda_", lambda: client)
    app.ready.cache_clear()
    assert app.handler({"Records": [{"messageId": "m", "receiptHandle": "r", "body": "job-1"}]}) == {
        "batchItemFailures": []
    }
    [(function, event)] = client.events
    assert (function, event["url"]) == ("post", URL)
