"""The sweep's Lambda handler: EventBridge calls it every minute."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.core import aws
from functions.core.files import FileStore
from functions.core.queue import JobQueue
from functions.core.settings import Settings
from functions.core.store import JobStore
from functions.core.sweeper import Sweeper

logger = Logger(service="sweep")


def handler(_event: dict[str, Any], _context: LambdaContext | None = None) -> dict[str, int]:
    """Help every job that a crash left behind; return, and log for the alarms, what there was."""
    settings = Settings.from_environment(os.environ)
    store = JobStore(aws.dynamodb(), settings.jobs_table, FileStore(aws.s3(), settings.bucket))
    swept = asdict(Sweeper(store, JobQueue(aws.sqs(), settings.queue_url_prefix)).sweep())
    logger.info("swept", extra=swept)
    return swept
