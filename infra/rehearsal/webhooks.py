"""What Lambda does for webhooks: brings the queue's messages to the one function, and its requests to the other."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from functions.aws import clients as aws
from functions.aws.queue import LONG_POLL_SECONDS
from functions.core.deliverer import Request
from functions.core.errors import StorageError
from functions.core.webhooks import Outcome, WebhookRules
from functions.post import sender
from functions.webhooks.app import Telling
from infra.rehearsal.account import Places

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

AT_ONCE: Final = 5  # as the mapping of the queue to its function has it, where settings don't say otherwise


@dataclass(frozen=True, slots=True)
class Post:
    """core's Post: the function that sends requests, as one of the account's."""

    functions: Places
    rules: WebhookRules

    def __call__(self, request: Request) -> Outcome:
        """Send a request. Raises StorageError where the account has no room for another function."""
        with self.functions.one() as taken:
            if not taken:
                message = "TooManyRequestsException"
                raise StorageError(message)
            return sender.send(request, self.rules)


def serve(queue_url: str, functions: Places) -> None:
    """Serve for ever. What the handler says isn't settled stays in the queue, to come again when it said."""
    client = aws.sqs()
    telling = Telling.from_environment(os.environ, Post(functions, WebhookRules.from_environment(os.environ)))

    def handle(message: MessageTypeDef) -> None:
        event = {"Records": [{"messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"],
                              "body": message["Body"]}]}  # fmt: skip
        with functions.one(wait=True):
            failures = telling.serve(event)["batchItemFailures"]
        if not failures:
            client.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as threads:
        while True:
            answer = client.receive_message(QueueUrl=queue_url, WaitTimeSeconds=LONG_POLL_SECONDS)
            for message in answer.get("Messages", []):
                threads.submit(handle, message)
