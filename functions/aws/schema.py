"""The DynamoDB tables, defined once: CDK, the local service and the tests create them from here.

An item of the jobs table (times in unix ms, texts as they are, absent where they don't apply):
    job_id, owner, status, language, network_mode, detected_language, created_at, started_at, completed_at
    submission        JSON of the Submission, or its S3 key when it is too big for an item; until the job ends
    sent_at           when its id was last sent to the pool's queue
    fingerprint       of the request, where it came with an Idempotency-Key
    request_id        of the request, for the logs
    active_owner      the owner while the job is pending or running: the key of the sparse index
    stdin_open        whether its input stays open (inputs.py)
    watched           whether somebody follows the job, so that its worker writes chunks (chunks.py)
    worker, lease_until, cancel (the request that it is to end by)    while running
    attempts          how often a worker has claimed it
    next_jobs         where the worker that claims it waits for the customer's next job, where workers are kept
    result            JSON of the result as the customer receives it, or its S3 key
    expires_at        unix seconds; DynamoDB deletes the item then
    webhook           JSON of the Delivery, where it has one; webhook_step, its step, by which changes know each other
    untold            the owner until somebody takes up the delivery: with completed_at, the key of the other index

Beside them, by other job_ids:
    output/<job_id>         stdout and stderr of a running job so far, the last 64 KiB of each
    output/<job_id>/<n>     what a watched job had printed in addition, a heartbeat after the other (chunks.py)
    input/<job_id>          parts that a running program was sent and its worker has yet to take, and how many went
                            before (inputs.py)
    waiting/<number>        holder, the sync caller or follower who has this place to wait in, until expires_at
    following/<owner>/<n>   likewise, of the places that one customer's followers have
    signature/<signature>   of a key that takes one job for each; until expires_at
    kept/<secret>               w_<worker>, for each of those that are kept for one customer and pool (kept.py): until
                                when it waits (unix ms), or that and the job that it has been given;
                                j_<job id>, for each job of theirs that waits in the pool's queue: when it came
    unfit/<pool>/<hour>     workers, those of a service that found that they can run no job there

An item of the keys table: the fields of keys.Key, and
    secret_hash       hex SHA-256 of the secret
    full_at           unix microseconds: when the key's bucket of requests is full again (quotas.Bucket)
    step_us           microseconds in which the bucket regains one request
    slots             map of a slot's name to its job's id and the time of its claim (quotas.slot_value)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

AttributeType = Literal["S", "N"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key attribute of a table or index."""

    name: str
    type: AttributeType


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index that holds keys only."""

    name: str
    partition: Key
    sort: Key


@dataclass(frozen=True, slots=True)
class Table:
    """A table without its deployed name. On-demand billing, encrypted, expiring by `ttl_attribute`."""

    purpose: str
    partition: Key
    indexes: tuple[Index, ...] = ()
    ttl_attribute: str | None = None

    def attributes(self) -> tuple[Key, ...]:
        """Return every key attribute, once."""
        keys = [self.partition]
        for index in self.indexes:
            keys += [index.partition, index.sort]
        return tuple(dict.fromkeys(keys))


ACTIVE_INDEX: Final = "active"
UNTOLD_INDEX: Final = "untold"

JOBS: Final = Table(
    purpose="jobs",
    partition=Key("job_id", "S"),
    indexes=(
        Index(ACTIVE_INDEX, Key("active_owner", "S"), Key("created_at", "N")),
        Index(UNTOLD_INDEX, Key("untold", "S"), Key("completed_at", "N")),
    ),
    ttl_attribute="expires_at",
)
KEYS: Final = Table(purpose="keys", partition=Key("secret_hash", "S"))
TABLES: Final = (JOBS, KEYS)

LAUNCH_QUEUE: Final = "launch"
WEBHOOK_QUEUE: Final = "webhooks"
# A pool's message that wasn't deleted so long after it was received is seen again: its worker died, or its long poll
# outlived it. Short, for the job waits meanwhile; a worker claims in milliseconds, and the claim decides who runs.
VISIBILITY_SECONDS: Final = 5
RECEIVES_BEFORE_DEAD_LETTER: Final = 36  # in three minutes; none was the job's own doing, which only its claim shows
LAUNCH_VISIBILITY_SECONDS: Final = 180  # six times launch_worker's timeout, as AWS advises
LAUNCH_RECEIVES: Final = 6  # in seven minutes, when every launch fails; see launch_worker
WEBHOOK_VISIBILITY_SECONDS: Final = 360  # six times its function's timeout, as AWS advises
WEBHOOK_RECEIVES: Final = 1000  # SQS's most: a delivery's tries, and what hours of our own failures take besides
