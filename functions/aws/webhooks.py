"""Webhooks on AWS: the queue of ends that are to be told, what jobs record of it, and the function that posts."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from functions.aws.errors import adapter
from functions.aws.schema import UNTOLD_INDEX
from functions.core.deliverer import Request
from functions.core.errors import StorageError
from functions.core.store import now_ms
from functions.core.webhooks import Delivery, Outcome

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

FORGOTTEN_SECONDS: Final = 60  # an end that nobody has taken up for so long is announced again


@adapter
class WebhookQueue:
    """The queue of ended jobs that have a webhook. A message is there until its delivery is settled."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def announce(self, job_id: str, owner: str) -> None:
        """Have a job's end told. The owner is the message's group, so that SQS is fair between customers."""
        self._client.send_message(QueueUrl=self._url, MessageBody=job_id, MessageGroupId=owner)

    def postpone(self, receipt: str, seconds: int) -> None:
        """Have a received message come again so many seconds from now."""
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=max(seconds, 0)
        )


@adapter
class DynamoDeliveries:
    """What jobs record of their webhooks, in the jobs table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def change(self, job_id: str, before: Delivery, after: Delivery) -> bool:
        """Record the next step of a delivery that has been taken up; False when another took it before."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"job_id": {"S": job_id}},
                UpdateExpression="SET webhook = :after, webhook_step = :next REMOVE untold",
                ConditionExpression="webhook_step = :step",
                ExpressionAttributeValues={
                    ":after": {"S": after.model_dump_json(exclude_defaults=True)},
                    ":next": {"S": after.step},
                    ":step": {"S": before.step},
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def forgotten(self) -> Iterator[tuple[str, str]]:
        """Yield (job id, owner) of ended jobs whose delivery nobody took up: after a minute, two, four, eight, …"""
        now = now_ms()
        pages = self._client.get_paginator("scan").paginate(TableName=self._table, IndexName=UNTOLD_INDEX)
        for page in pages:
            for item in page["Items"]:
                minutes = (now - int(item["completed_at"]["N"])) // 1000 // FORGOTTEN_SECONDS
                if minutes and minutes & (minutes - 1) == 0:
                    yield item["job_id"]["S"], item["untold"]["S"]


def announce_forgotten(deliveries: DynamoDeliveries, queue: WebhookQueue) -> int:
    """Announce the ends that a crash kept from the queue, once more; return how many. Raises StorageError."""
    count = 0
    for job_id, owner in deliveries.forgotten():
        queue.announce(job_id, owner)
        count += 1
    return count


class LambdaPost:
    """core's Post: a function of its own sends the request, which has no access to anything here."""

    def __init__(self, client: Any, function: str) -> None:
        self._client = client
        self._function = function

    def __call__(self, request: Request) -> Outcome:
        """Have a request sent. Raises StorageError where the function can't be called, or fails."""
        body = base64.b64encode(request.body).decode()
        event = {"url": request.url, "headers": dict(request.headers), "body": body}
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=json.dumps(event).encode())
            content = answer["Payload"].read()
        except (ClientError, BotoCoreError) as error:
            raise StorageError(str(error)) from error
        if "FunctionError" in answer:
            message = "the function that posts webhooks failed"
            raise StorageError(message)
        said = json.loads(content)
        return Outcome(said["status"], said["error"])
