"""SqsJobQueue: the SQS queues, one a pool, and the launch queue. A message carries a job's id, never its data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from functions.aws.errors import adapter
from functions.aws.schema import LAUNCH_QUEUE, VISIBILITY_SECONDS
from functions.core.errors import StorageError
from functions.core.work import Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONG_POLL_SECONDS: Final = 20
# A worker's are shorter: one that dies in a long poll may still be sent a message until that ends.
WORKER_POLL_SECONDS: Final = 5
SEND_AT_ONCE: Final = 10  # SQS's limit


@dataclass(frozen=True, slots=True)
class LaunchRequest:
    """A job that may need a worker started for its pool; the body of a message of the launch queue.

    `attempt` counts the workers that were started for this job and died before they took it. `occasion` tells
    apart requests of one attempt that are each to start a worker: the same one twice starts one. `unsent`: the job
    was given to a kept worker, so its pool's queue hasn't heard of it yet.
    """

    job_id: str
    pool: str
    attempt: int = 0
    occasion: int = 0
    request_id: str | None = None  # of the request that submitted the job
    unsent: bool = False

    @classmethod
    def parse(cls, body: str) -> LaunchRequest:
        """Read a message's body. Raises ValueError or TypeError for anything else."""
        return cls(**json.loads(body))

    @property
    def token(self) -> str:
        """Return what a launch is idempotent by: at most 64 characters."""
        return f"{self.job_id}-{self.attempt}-{self.occasion}"


@adapter
class SqsJobQueue:
    """Sends and receives job ids. Delivery is at least once: a claim decides who runs a job."""

    def __init__(self, client: SQSClient, url_prefix: str) -> None:
        self._client = client
        self._url_prefix = url_prefix

    def send(self, pool: str, job_id: str) -> None:
        """Tell the pool's workers that this job is pending."""
        self._client.send_message(QueueUrl=self._url_prefix + pool, MessageBody=job_id)

    def send_all(self, pool: str, job_ids: Sequence[str]) -> None:
        """Tell the pool's workers that these jobs are pending."""
        self._send_all(pool, [{"MessageBody": job_id} for job_id in job_ids])

    def receive(self, pool: str, wait_seconds: int = LONG_POLL_SECONDS) -> Message | None:
        """Wait for the pool's next message; None when there was none in that time."""
        response = self._client.receive_message(
            QueueUrl=self._url_prefix + pool, MaxNumberOfMessages=1, WaitTimeSeconds=wait_seconds
        )
        for message in response.get("Messages", []):
            return Message(message["Body"], message["ReceiptHandle"])
        return None

    def delete(self, pool: str, *receipts: str) -> None:
        """Remove up to ten messages for good. A receipt that has expired is no error: the claim settled it."""
        url = self._url_prefix + pool
        if len(receipts) == 1:
            self._client.delete_message(QueueUrl=url, ReceiptHandle=receipts[0])
            return
        entries: Any = [{"Id": str(number), "ReceiptHandle": each} for number, each in enumerate(receipts)]
        self._client.delete_message_batch(QueueUrl=url, Entries=entries)

    def release(self, pool: str, receipt: str) -> None:
        """Give a message back, to be received again at once."""
        self._hide(pool, receipt, 0)

    def keep(self, pool: str, receipt: str) -> None:
        """Keep a message from other workers for VISIBILITY_SECONDS more."""
        self._hide(pool, receipt, VISIBILITY_SECONDS)

    def request_launch(self, request: LaunchRequest, delay_seconds: int) -> None:
        """Ask, `delay_seconds` from now, for a worker to be started if the job is still pending then."""
        self._client.send_message(
            QueueUrl=self._url_prefix + LAUNCH_QUEUE,
            MessageBody=json.dumps(asdict(request)),
            DelaySeconds=delay_seconds,
        )

    def request_launches(self, requests: Sequence[LaunchRequest], delay_seconds: int) -> None:
        """Ask for several workers, as `request_launch` does for one."""
        bodies = (json.dumps(asdict(request)) for request in requests)
        self._send_all(LAUNCH_QUEUE, [{"MessageBody": body, "DelaySeconds": delay_seconds} for body in bodies])

    def _send_all(self, queue: str, messages: Sequence[Mapping[str, Any]]) -> None:
        """Send messages. Raises StorageError where SQS didn't take them all."""
        for start in range(0, len(messages), SEND_AT_ONCE):
            entries: list[Any] = [
                {"Id": str(number), **message}
                for number, message in enumerate(messages[start : start + SEND_AT_ONCE])
            ]
            answer = self._client.send_message_batch(QueueUrl=self._url_prefix + queue, Entries=entries)
            if failed := answer.get("Failed"):
                raise StorageError(str(failed))

    def postpone_launch(self, receipt: str, seconds: int) -> None:
        """Have a received launch request come again so many seconds from now."""
        self._hide(LAUNCH_QUEUE, receipt, seconds)

    def _hide(self, queue: str, receipt: str, seconds: int) -> None:
        self._client.change_message_visibility(
            QueueUrl=self._url_prefix + queue, ReceiptHandle=receipt, VisibilityTimeout=seconds
        )
