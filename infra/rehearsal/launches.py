"""What Lambda does for launch_worker: brings the launch queue's messages to its handler, in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from functions.aws import clients as aws
from functions.aws.queue import LONG_POLL_SECONDS, LaunchRequest
from functions.launch_worker.app import handler
from infra.rehearsal.account import Places
from infra.rehearsal.launcher import Launcher
from infra.rehearsal.moto_aws import ACCOUNT, REGION

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

BATCH: Final = 10


def serve(queue_url: str, launcher: Launcher, functions: Places) -> None:
    """Serve for ever, as one of the account's functions while there is something to do.

    What the handler says failed stays in the queue, to come again after its visibility timeout. A request for a pool
    that has all the workers it may have here is dropped, for RunTask to be spared it.
    """
    client = aws.sqs()
    while True:
        answer = client.receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=LONG_POLL_SECONDS,
            MessageSystemAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        wanted = [each for each in messages if launcher.wants(LaunchRequest.parse(each["Body"]).pool)]
        failed = set()
        if wanted:
            with functions.one(wait=True):
                failed = _handle(wanted, queue_url, launcher)
        for message in messages:
            if message["MessageId"] not in failed:
                client.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


def _handle(messages: list[MessageTypeDef], queue_url: str, launcher: Launcher) -> set[str]:
    """Call the handler with a batch; return the ids of the messages that failed."""
    launcher.cluster.make()
    name = queue_url.rsplit("/", 1)[1]
    answer = handler({"Records": [_record(message, name) for message in messages]})
    launcher.look()
    return {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}


def _record(message: MessageTypeDef, queue: str) -> dict[str, Any]:
    """Return a message as Lambda gives it to a function."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}",
        "awsRegion": REGION,
    }
