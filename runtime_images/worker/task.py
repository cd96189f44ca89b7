"""Which Fargate task this is: jobs are claimed in its name, so that the task's death finds its job."""

from __future__ import annotations

import json
import urllib.request
import uuid
from collections.abc import Mapping
from typing import Final

from aws_lambda_powertools import Logger

from functions.aws.tasks import task_id

METADATA: Final = "ECS_CONTAINER_METADATA_URI_V4"
SECONDS: Final = 3

logger = Logger(service="worker")


def name(environment: Mapping[str, str]) -> str:
    """Return the task's id, or a name of its own for a worker that isn't a task's (or can't learn which).

    A job of a worker without the task's name is found by its lease instead, when that has run out.
    """
    address = environment.get(METADATA)
    if address:
        try:
            with urllib.request.urlopen(f"{address}/task", timeout=SECONDS) as answer:  # noqa: S310  # ECS's own
                return task_id(json.load(answer)["TaskARN"])
        except (OSError, ValueError, KeyError):
            logger.exception("this worker doesn't know its task")
    return str(uuid.uuid4())
