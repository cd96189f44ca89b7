"""The AWS adapters of one process, made from its environment: of a Lambda function, or of a Fargate task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.aws import clients
from functions.aws.dispatch import AwsDispatch
from functions.aws.feeds import AwsFeeds
from functions.aws.files import S3FileStore
from functions.aws.jobs import DynamoJobStore
from functions.aws.kept import KeptWorkers, WaitingWorker
from functions.aws.kept_work import KeptWorkQueue
from functions.aws.keys import DynamoKeyStore
from functions.aws.master import master_secret
from functions.aws.places import WaitingPlaces
from functions.aws.queue import SqsJobQueue
from functions.aws.schema import WEBHOOK_QUEUE
from functions.aws.settings import Settings
from functions.aws.signatures import DynamoSignatures
from functions.aws.webhooks import DynamoDeliveries, WebhookQueue
from functions.aws.work import AwsWorkQueue
from functions.core.offer import Offer
from functions.core.sealing import Seal
from functions.core.storage import Storage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Aws:
    """What all of the service's functions use."""

    dynamodb: DynamoDBClient
    files: S3FileStore
    store: DynamoJobStore
    queue: SqsJobQueue
    webhooks: WebhookQueue
    deliveries: DynamoDeliveries

    @classmethod
    def from_settings(cls, settings: Settings) -> Aws:
        """Return adapters with clients of their own."""
        files = S3FileStore(clients.s3(), settings.bucket)
        dynamodb = clients.dynamodb()
        sqs = clients.sqs()
        webhooks = WebhookQueue(sqs, settings.queue_url_prefix + WEBHOOK_QUEUE)
        store = DynamoJobStore(dynamodb, settings.jobs_table, files, announce=webhooks.announce)
        queue = SqsJobQueue(sqs, settings.queue_url_prefix)
        return cls(dynamodb, files, store, queue, webhooks, DynamoDeliveries(dynamodb, settings.jobs_table))


def keeps_workers(environment: Mapping[str, str]) -> bool:
    """Whether workers are kept for their first job's customer."""
    return environment.get("REUSE") == "customer"


def storage(environment: Mapping[str, str]) -> Storage:
    """Return what the API stands on; WAITING_CALLERS says how many of its callers may wait at once, if not all.

    With REUSE `customer`, workers are kept for the customer of their first job. Raises KeyError naming a variable
    that is missing.
    """
    settings = Settings.from_environment(environment)
    aws = Aws.from_settings(settings)
    master = master_secret(environment)
    kept = KeptWorkers(aws.dynamodb, settings.jobs_table, master) if keeps_workers(environment) else None
    store = DynamoJobStore(aws.dynamodb, settings.jobs_table, aws.files, kept, aws.webhooks.announce)
    warm_pools = Offer.from_environment(environment).warm_pools
    places = None
    if count := environment.get("WAITING_CALLERS"):
        places = WaitingPlaces(aws.dynamodb, settings.jobs_table, int(count))
    return Storage(
        jobs=store,
        dispatch=AwsDispatch(store, aws.queue, warm_pools, places, kept),
        keys=DynamoKeyStore(aws.dynamodb, settings.keys_table, master, store),
        files=aws.files,
        signatures=DynamoSignatures(aws.dynamodb, settings.jobs_table),
        seal=Seal(master),
        feeds=AwsFeeds(store, aws.dynamodb, settings.jobs_table, places),
        inputs=store.inputs,
    )


def work_queue(environment: Mapping[str, str], pool: str, name: str) -> AwsWorkQueue:
    """Return a pool's jobs for a worker of this name. Raises KeyError naming a variable that is missing.

    With REUSE `customer`, after the first of them those of its customer alone; KEPT_SECONDS is how long for.
    """
    settings = Settings.from_environment(environment)
    aws = Aws.from_settings(settings)
    if not keeps_workers(environment):
        return AwsWorkQueue(pool, name, aws.store, aws.queue, aws.files)
    waiting = WaitingWorker(aws.dynamodb, settings.jobs_table, name)
    seconds = float(environment["KEPT_SECONDS"])
    return KeptWorkQueue(pool, name, aws.store, aws.queue, aws.files, waiting=waiting, kept_seconds=seconds)
