"""The launch queue's Lambda handler: starts a Fargate task for a job that is still pending."""

from __future__ import annotations

import functools
import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.core import aws
from functions.core.files import FileStore
from functions.core.job import Status
from functions.core.queue import LaunchRequest
from functions.core.settings import Settings
from functions.core.store import JobStore
from functions.launch_worker.fleet import Fleet

logger = Logger(service="launch_worker")


def handler(event: dict[str, Any], context: LambdaContext | None = None) -> Any:
    """Serve a batch of launch requests; those that failed are named, and so come again."""
    start = functools.partial(_launch, _store(), Fleet.from_environment(aws.ecs(), os.environ))
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=start, processor=processor, context=context)


def _store() -> JobStore:
    settings = Settings.from_environment(os.environ)
    return JobStore(aws.dynamodb(), settings.jobs_table, FileStore(aws.s3(), settings.bucket))


def _launch(store: JobStore, fleet: Fleet, record: SQSRecord) -> None:
    """Start a worker, if the job still waits for one. Raises whatever keeps it from being started."""
    request = LaunchRequest.parse(record.body)
    job = store.get(request.job_id)
    if job is None or job.status is not Status.PENDING:
        return
    try:
        fleet.launch(request)
    except Exception:
        # An error in this log is an alarm. The message comes again, and the sweep asks again besides.
        logger.exception("no worker could be started", job_id=request.job_id, pool=request.pool)
        raise
