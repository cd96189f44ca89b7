"""launch_worker: a task for a job that still waits, and for no other."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto.sqs.models import sqs_backends

from functions.aws import clients as aws_clients
from functions.aws.queue import LaunchRequest
from functions.aws.schema import LAUNCH_QUEUE
from functions.launch_worker.app import RETRY_SECONDS, handler
from infra.rehearsal.moto_aws import ACCOUNT, REGION
from tests.aws import Cloud, cloud
from tests.fargate import CLUSTER, PREFIX, fargate, launch_event, tasks
from tests.jobs import end_with_much, put

POOL = "python-zerotrust"
NONE_FAILED: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as running, fargate(POOL):
        yield running


def body(job_id: str, **fields: Any) -> str:
    return json.dumps({"job_id": job_id, "pool": POOL, **fields})


def test_a_pending_job_gets_a_task_of_its_pool(aws: Cloud) -> None:
    put(aws, "job")
    assert handler(launch_event(body("job"))) == NONE_FAILED
    (task,) = tasks()
    assert task["taskDefinitionArn"].split("/")[-1].split(":")[0] == PREFIX + POOL
    assert task["clusterArn"].endswith(f"/{CLUSTER}")
    assert (task["launchType"], task["startedBy"]) == ("FARGATE", "job")
    environment = task["overrides"]["containerOverrides"][0]["environment"]
    assert environment == [{"name": "IDLE_SECONDS", "value": "240"}]


def test_a_job_that_needs_none_gets_none(aws: Cloud) -> None:
    put(aws, "taken")
    assert aws.store.claim("taken", "worker")
    assert handler(launch_event(body("taken"), body("unknown"))) == NONE_FAILED
    assert tasks() == []


def test_a_job_that_ended_with_much_isnt_read(aws: Cloud) -> None:
    """Its result lies where launch_worker may not read; failing for that, its message would be a dead letter."""
    end_with_much(aws, "ended")
    assert handler(launch_event(body("ended"))) == NONE_FAILED
    assert tasks() == []


def test_a_job_that_no_kept_worker_took_is_sent_as_well(aws: Cloud) -> None:
    put(aws, "job")
    put(aws, "taken")
    assert aws.store.claim("taken", "kept-worker")
    assert handler(launch_event(body("job", unsent=True), body("taken", unsent=True))) == NONE_FAILED
    assert [task["startedBy"] for task in tasks()] == ["job"]
    message = aws.queue.receive(POOL, 1)
    assert message
    assert message.job_id == "job"
    assert aws.messages(POOL) == 0


def test_a_burst_gets_a_task_for_each(aws: Cloud) -> None:
    names = [f"job-{number}" for number in range(10)]
    for name in names:
        put(aws, name)
    assert handler(launch_event(*(body(name) for name in names))) == NONE_FAILED
    assert sorted(task["startedBy"] for task in tasks()) == sorted(names)


def test_the_same_request_twice_is_one_task_and_another_attempt_is_another(aws: Cloud) -> None:
    put(aws, "job")
    with calls() as made:
        for message in (body("job"), body("job"), body("job", attempt=1), body("job", occasion=5)):
            handler(launch_event(message))
    tokens = [call["clientToken"] for call in made]
    assert tokens == ["job-0-0", "job-0-0", "job-1-0", "job-0-5"]  # of which ECS starts one task a token
    assert [call["group"] for call in made] == ["launch:0", "launch:0", "launch:1", "launch:0"]
    assert made[0]["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "DISABLED"


@pytest.mark.parametrize(
    "failure",
    [
        {"failures": [{"reason": "Capacity is unavailable at this time. Please try again later."}], "tasks": []},
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "RunTask"),
        ClientError({"Error": {"Code": "ClusterNotFoundException", "Message": "gone"}}, "RunTask"),
    ],
)
def test_a_launch_that_fails_comes_again_and_others_of_the_batch_do_not(aws: Cloud, failure: Any) -> None:
    put(aws, "one")
    put(aws, "two")
    with calls(first=failure):
        answer = handler(launch_event(body("one"), body("two")))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert [task["startedBy"] for task in tasks()] == ["two"]
    assert handler(launch_event(body("one"))) == NONE_FAILED
    assert sorted(task["startedBy"] for task in tasks()) == ["one", "two"]


def test_a_launch_that_failed_comes_again_soon_and_later_with_each_try(aws: Cloud) -> None:
    """Not after the queue's own three minutes, which a caller who waits would have to wait, too."""
    put(aws, "job")
    aws.queue.request_launch(LaunchRequest("job", POOL), 0)
    url = aws.settings.queue_url_prefix + LAUNCH_QUEUE
    [queue] = [each for each in sqs_backends[ACCOUNT][REGION].queues.values() if each.name.endswith(LAUNCH_QUEUE)]
    for tries in (1, 2):
        [message] = aws_clients.sqs().receive_message(QueueUrl=url)["Messages"]
        event = launch_event(message["Body"])
        event["Records"][0]["receiptHandle"] = message["ReceiptHandle"]
        event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(tries)
        before = time.time()
        with calls(first={"failures": [{"reason": "Capacity is unavailable at this time."}], "tasks": []}):
            assert handler(event)["batchItemFailures"]
        [waiting] = queue._messages
        assert waiting.visible_at / 1000 - before == pytest.approx(RETRY_SECONDS * tries, abs=5)
        waiting.change_visibility(0)


def test_a_token_that_ecs_knows_from_another_definition_is_done(aws: Cloud) -> None:
    put(aws, "job")
    conflict = aws_clients.ecs().exceptions.ConflictException
    with calls(first=conflict({"Error": {"Code": "ConflictException", "Message": "token"}}, "RunTask")):
        assert handler(launch_event(body("job"))) == NONE_FAILED
    assert tasks() == []


def test_a_message_that_is_none_fails_alone(aws: Cloud) -> None:
    put(aws, "job")
    answer = handler(launch_event("{", body("job")))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert [task["startedBy"] for task in tasks()] == ["job"]


@contextmanager
def calls(first: Any = None) -> Iterator[list[dict[str, Any]]]:
    """Record RunTask's arguments; let the first call answer or raise `first`."""
    made: list[dict[str, Any]] = []
    genuine = BaseClient._make_api_call  # type: ignore[attr-defined]

    def call(client: BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "RunTask":
            made.append(arguments)
            if len(made) == 1 and isinstance(first, Exception):
                raise first
            if len(made) == 1 and first:
                return first
        return genuine(client, operation, arguments)

    with mock.patch.object(BaseClient, "_make_api_call", call):
        yield made
