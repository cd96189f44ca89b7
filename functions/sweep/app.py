"""The sweep's Lambda handler: EventBridge calls it every minute."""

from __future__ import annotations

import functools
import os
from dataclasses import asdict
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import clients, tasks
from functions.aws.compose import Aws
from functions.aws.dispatch import AwsDispatch
from functions.aws.settings import Settings
from functions.aws.webhooks import announce_forgotten
from functions.core.sweeper import Sweeper

logger = Logger(service="sweep")


def handler(_event: dict[str, Any], _context: LambdaContext | None = None) -> dict[str, int]:
    """Help every job that a crash left behind; return, and log for the alarms, what there was."""
    aws = Aws.from_settings(Settings.from_environment(os.environ))
    lives = functools.partial(tasks.lives, clients.ecs(), os.environ["CLUSTER"])
    swept = asdict(Sweeper(aws.store, AwsDispatch(aws.store, aws.queue), lives).sweep())
    swept["webhooks"] = announce_forgotten(aws.deliveries, aws.webhooks)
    logger.info("swept", extra=swept)
    return swept
