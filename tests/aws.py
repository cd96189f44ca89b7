"""AWS for tests in one process: moto's mock with the service's own tables, queues and bucket."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler

from functions.api.dependencies import forget
from functions.aws import clients as aws
from functions.aws import schema
from functions.aws.compose import Aws
from functions.aws.dispatch import AwsDispatch
from functions.aws.files import S3FileStore
from functions.aws.jobs import DynamoJobStore
from functions.aws.kept import KeptWorkers
from functions.aws.keys import DynamoKeyStore
from functions.aws.queue import LaunchRequest, SqsJobQueue
from functions.aws.settings import Settings
from functions.aws.webhooks import DynamoDeliveries
from functions.core.keys import Key
from functions.core.offer import Offer
from infra.rehearsal import moto_aws
from infra.rehearsal.credential import Credential

MASTER = "0f" * 32
DYNAMODB_LOCAL = "DYNAMODB_LOCAL"  # variable with the URL of Amazon's DynamoDB Local, set by --dynamodb-local
POOLS = ("python-zerotrust", "python-semitrusted", "bash-zerotrust", "c-zerotrust", "perl-zerotrust")
KEY = Key("unsb-pk-test-test-test-test", tier="test", rate_per_minute=60_000, burst=10_000, concurrency=10_000)


@dataclass(frozen=True, slots=True)
class Cloud:
    settings: Settings
    store: DynamoJobStore
    queue: SqsJobQueue
    dispatch: AwsDispatch
    files: S3FileStore
    keys: DynamoKeyStore
    deliveries: DynamoDeliveries
    secret: str

    def kept_store(self, master: str) -> DynamoJobStore:
        """The store of an API that keeps workers for customers."""
        kept = KeptWorkers(aws.dynamodb(), self.settings.jobs_table, master.encode())
        return DynamoJobStore(aws.dynamodb(), self.settings.jobs_table, self.files, kept)

    def items(self) -> int:
        """How many jobs are recorded."""
        return aws.dynamodb().scan(TableName=self.settings.jobs_table, Select="COUNT")["Count"]

    def messages(self, pool: str) -> int:
        """How many messages wait in a pool's queue, or in the launch queue."""
        attributes = aws.sqs().get_queue_attributes(
            QueueUrl=self.settings.queue_url_prefix + pool,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"],
        )["Attributes"]
        return sum(int(value) for value in attributes.values())

    def launches(self, wait_seconds: int = 0) -> list[LaunchRequest]:
        """Take the requests that are in the launch queue; at most ten at once."""
        url = self.settings.queue_url_prefix + schema.LAUNCH_QUEUE
        answer = aws.sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait_seconds)
        return [LaunchRequest.parse(message["Body"]) for message in answer.get("Messages", [])]

    def objects(self) -> list[str]:
        """The keys of the bucket's objects."""
        page = aws.s3().list_objects_v2(Bucket=self.settings.bucket)
        return [each["Key"] for each in page.get("Contents", [])]


@contextmanager
def _aws() -> Iterator[None]:
    """Play AWS in this process: all of it by moto, or all but DynamoDB, where DYNAMODB_LOCAL says who does that."""
    url = os.environ.get(DYNAMODB_LOCAL)
    if url is None:
        with mock_aws(), _one_call_at_a_time():
            yield
        return
    passed = re.escape(url) + ".*"
    endpoint = mock.patch.dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=url)
    with mock_aws(config={"core": {"passthrough": {"urls": [passed]}}}), endpoint:
        _drop_tables()  # a test before this one may have failed
        yield


def _drop_tables() -> None:
    for name in aws.dynamodb().list_tables()["TableNames"]:
        aws.dynamodb().delete_table(TableName=name)


@contextmanager
def _one_call_at_a_time() -> Iterator[None]:
    """Make moto's DynamoDB as atomic as the real one; see infra.rehearsal.moto_server."""
    lock, unguarded = threading.Lock(), DynamoHandler.call_action

    def call_action(handler: DynamoHandler) -> Any:
        with lock:
            return unguarded(handler)

    with mock.patch.object(DynamoHandler, "call_action", call_action):
        yield


@contextmanager
def cloud(offer: Offer | None = None, pools: Iterable[str] = POOLS) -> Iterator[Cloud]:
    """Give a fresh AWS with queues for these pools, and the environment in which `functions.api.app` finds it."""
    settings = Settings(
        jobs_table=moto_aws.PREFIX + "jobs",
        keys_table=moto_aws.PREFIX + "keys",
        bucket=moto_aws.PREFIX + "files",
        queue_url_prefix=f"https://sqs.{moto_aws.REGION}.amazonaws.com/{moto_aws.ACCOUNT}/{moto_aws.PREFIX}",
        sync_wait_seconds=0,
    )
    environment = {
        **moto_aws.environment("", Credential.random()),
        **settings.environment(),
        **(offer or Offer()).environment(),
        "MASTER_SECRET": MASTER,
        "CLUSTER": "code-execution",
    }
    del environment["AWS_ENDPOINT_URL"]
    with mock.patch.dict(os.environ, environment), _aws():
        os.environ.pop("AWS_ENDPOINT_URL", None)
        forget()
        moto_aws.create_resources(pools)
        adapters = Aws.from_settings(settings)
        store = adapters.store
        keys = DynamoKeyStore(aws.dynamodb(), settings.keys_table, MASTER.encode(), store)
        queue = adapters.queue
        yield Cloud(
            settings=settings,
            store=store,
            queue=queue,
            dispatch=AwsDispatch(store, queue),
            files=adapters.files,
            keys=keys,
            deliveries=adapters.deliveries,
            secret=keys.put(KEY),
        )
        forget()
