"""The webhook queue's Lambda handler: tells receivers of jobs' ends, and notes in each job how far that has come.

Another function sends the requests (functions/post): this one, which reads jobs and makes signatures, connects to
nothing that a customer names.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import clients
from functions.aws.compose import Aws
from functions.aws.master import master_secret
from functions.aws.settings import Settings
from functions.aws.webhooks import LambdaPost
from functions.core.deliverer import Deliverer, Post
from functions.core.job import Job
from functions.core.store import now_ms
from functions.core.webhooks import TRIES, Delivery, Outcome

TRY_SECONDS: Final = 90  # a try that was begun so long ago is over, whoever made it: longer than this function runs
OURS_SECONDS: Final = 30  # after a failure of our own, before the same try again
LOST: Final = "the last try was lost"

logger = Logger(service="webhooks")


def handler(event: dict[str, Any], _context: LambdaContext | None = None) -> dict[str, Any]:
    """Serve messages of the queue; those whose delivery isn't settled are named, and so come again."""
    return ready().serve(event)


@functools.cache
def ready() -> Telling:
    """Return what this process serves all its events with: the master secret is asked for once."""
    post = LambdaPost(clients.lambda_(), os.environ["POST_FUNCTION"])
    return Telling.from_environment(os.environ, post)


@dataclass(frozen=True, slots=True)
class Telling:
    """What the handler does, with whatever sends requests."""

    aws: Aws
    deliverer: Deliverer

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], post: Post) -> Telling:
        """Make it. Raises KeyError naming a variable that is missing."""
        return cls(Aws.from_settings(Settings.from_environment(environment)),
                   Deliverer(master_secret(environment), post))  # fmt: skip

    def serve(self, event: dict[str, Any]) -> dict[str, Any]:
        """Answer an event of SQS, as Lambda wants it."""
        again = []
        for record in event["Records"]:
            try:
                pause = self._tell(record["body"])
                if pause is not None:
                    self.aws.webhooks.postpone(record["receiptHandle"], pause)
            except Exception:
                # An error in this log is an alarm. The message comes again when the queue's own time is over.
                logger.exception("a webhook couldn't be told", job_id=record["body"])
                pause = OURS_SECONDS
            if pause is not None:
                again.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": again}

    def _tell(self, job_id: str) -> int | None:
        """Make a try, if it is due; return the seconds to the next one, None where there is none."""
        job = self.aws.store.get(job_id)
        delivery = job.webhook if job else None
        if job is None or job.active or delivery is None or delivery.next_ms is None:
            return None
        now = now_ms()
        if delivery.next_ms > now:
            return _seconds(delivery.next_ms - now)
        if delivery.attempts >= TRIES:
            self.aws.deliveries.change(job_id, delivery, delivery.tried(Outcome(error=LOST), now))
            return None
        begun = delivery.begun(now, now + TRY_SECONDS * 1000)
        if not self.aws.deliveries.change(job_id, delivery, begun):
            return TRY_SECONDS
        return self._try(job, delivery, begun)

    def _try(self, job: Job, delivery: Delivery, begun: Delivery) -> int | None:
        """Make a try that this process has taken up. One that fails by our own doing isn't counted."""
        try:
            outcome = self.deliverer.deliver(job, begun)
        except Exception:
            logger.exception("a webhook's request couldn't be sent", **job.in_logs())
            soon = delivery.model_copy(update={"next_ms": now_ms() + OURS_SECONDS * 1000})
            self.aws.deliveries.change(job.job_id, begun, soon)
            return OURS_SECONDS
        now = now_ms()
        after = begun.tried(outcome, now)
        self.aws.deliveries.change(job.job_id, begun, after)
        logger.info("tried", **job.in_logs(), attempt=after.attempts, webhook=after.status, status=outcome.status)
        return None if after.next_ms is None else _seconds(after.next_ms - now)


def _seconds(milliseconds: int) -> int:
    return -(-milliseconds // 1000)
