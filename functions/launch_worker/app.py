"""The launch queue's Lambda handler: starts a Fargate task for a job that is still pending."""

from __future__ import annotations

import contextlib
import functools
import os
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import clients
from functions.aws.compose import Aws
from functions.aws.queue import LaunchRequest, SqsJobQueue
from functions.aws.settings import Settings
from functions.core.errors import StorageError
from functions.core.job import Status
from functions.core.store import JobStore
from functions.launch_worker.fleet import Fleet

RETRY_SECONDS: Final = 20  # more with each try: Fargate's rate and capacity come back within such times

logger = Logger(service="launch_worker")


def handler(event: dict[str, Any], context: LambdaContext | None = None) -> Any:
    """Serve a batch of launch requests; those that failed are named, and so come again."""
    aws = Aws.from_settings(Settings.from_environment(os.environ))
    start = functools.partial(_launch, aws.store, aws.queue, Fleet.from_environment(clients.ecs(), os.environ))
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=start, processor=processor, context=context)


def _launch(store: JobStore, queue: SqsJobQueue, fleet: Fleet, record: SQSRecord) -> None:
    """Start a worker, if the job still waits for one. Raises whatever keeps it from being started."""
    request = LaunchRequest.parse(record.body)
    # Its status alone: an ended job's result may be large, and is none of this function's business.
    if store.statuses([request.job_id]).get(request.job_id) is not Status.PENDING:
        return
    try:
        if request.unsent:  # the worker that it was given to hasn't taken it
            queue.send(request.pool, request.job_id)
        fleet.launch(request)
    except Exception:
        # An error in this log is an alarm. The message comes again, and the sweep asks again besides.
        job_id, request_id = request.job_id, request.request_id
        logger.exception("no worker could be started", pool=request.pool, job_id=job_id, request_id=request_id)
        tries = int(record.attributes.approximate_receive_count)
        with contextlib.suppress(StorageError):  # it then comes when the queue's own time is over
            queue.postpone_launch(record.receipt_handle, RETRY_SECONDS * tries)
        raise
