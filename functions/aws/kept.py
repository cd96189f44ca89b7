"""Workers that are kept for one customer's further jobs of one pool: where they wait, and how a job reaches one.

One item of the jobs table for each customer and pool (schema.py) has an attribute for each of its workers, until
when it waits or the job that it has been given, and one for each job that found none and so is in the pool's queue,
where a worker that is kept can't look. The item's key follows from the master secret, and a worker learns it with the
first job that it claims. So who has broken out of one customer's job can't find where another's are left.
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from functions.aws.errors import adapter
from functions.core.job import Job
from functions.core.pools import pool_name
from functions.core.store import now_ms

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY_PREFIX: Final = "kept/"  # workers may read items of such keys alone
TRIES: Final = 4  # workers that a job is offered to: each may have been given another job meanwhile
ENTRIES_DROPPED: Final = 50  # with one update: what dead workers have left
NOTED: Final = 100  # jobs that wait in the queue, at most: each makes the item larger, which every write is paid by
MARGIN_MS: Final = 500  # a worker that leaves so soon is given nothing
RECORD_SECONDS: Final = 3600

_ENTRY: Final = "w_"  # + a worker's name: the name of its attribute
_JOB: Final = "j_"  # + a job's id


@dataclass(frozen=True, slots=True)
class _Entry:
    """What an attribute says of a worker: until when it waits, and for a while after, what it has been given."""

    name: str
    until_ms: int
    free: bool


@adapter
class KeptWorkers:
    """The API's side: a new job goes to a worker that waits for its customer's next one."""

    def __init__(self, client: DynamoDBClient, table: str, master: bytes) -> None:
        self._client = client
        self._table = table
        self._master = master

    def key(self, job: Job) -> str:
        """Return the key of the item in which workers wait that had a job of this one's customer and pool."""
        text = f"kept workers\n{job.owner}\n{pool_name(job.language, job.network_mode)}"
        return KEY_PREFIX + hmac.new(self._master, text.encode(), hashlib.sha256).hexdigest()[:32]

    def give(self, job: Job) -> bool:
        """Give a pending job to a worker that waits for it. Raises StorageError.

        False when there is none: it is noted then, for one that ends its job before the pool's queue has brought it
        to another.
        """
        key = _key(self.key(job))
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item", {})
        now = now_ms()
        entries = list(_entries(item))
        free = [each for each in entries if each.free and each.until_ms > now + MARGIN_MS]
        dead = [each.name for each in entries if each.until_ms < now][:ENTRIES_DROPPED]
        tried = random.sample(free, min(len(free), TRIES))  # so that jobs seldom meet at one
        if any(self._give(key, job.job_id, entry, dead) for entry in tried):
            return True
        if sum(name.startswith(_JOB) for name in item) < NOTED:
            self._note(key, job)
        return False

    def _note(self, key: dict[str, Any], job: Job) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=key,
            UpdateExpression="SET #job = :created, expires_at = :later",
            ExpressionAttributeNames={"#job": _JOB + job.job_id},
            ExpressionAttributeValues={":created": {"N": str(job.created_ms)}, ":later": _expiry()},
        )

    def _give(self, key: dict[str, Any], job_id: str, entry: _Entry, dead: list[str]) -> bool:
        update = "SET #worker = :given, expires_at = :later"
        if dead:
            update += " REMOVE " + ", ".join(f"#d{number}" for number in range(len(dead)))
        try:
            self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression=update,
                ConditionExpression="#worker = :until",
                ExpressionAttributeNames={
                    "#worker": entry.name,
                    **{f"#d{number}": name for number, name in enumerate(dead)},
                },
                ExpressionAttributeValues={
                    ":until": {"N": str(entry.until_ms)},
                    ":given": {"S": f"{entry.until_ms} {job_id}"},
                    ":later": _expiry(),
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


@adapter
class WaitingWorker:
    """A kept worker's side."""

    def __init__(self, client: DynamoDBClient, table: str, worker: str) -> None:
        self._client = client
        self._table = table
        self._names = {"#worker": _ENTRY + worker}

    def noted(self, key: str, but: Collection[str] = ()) -> str | None:
        """Return the id of the job that has waited longest in the pool's queue, `but` aside; it may have ended."""
        item = self._client.get_item(TableName=self._table, Key=_key(key), ConsistentRead=True).get("Item", {})
        jobs = {name.removeprefix(_JOB): int(item[name]["N"]) for name in item if name.startswith(_JOB)}
        return min(jobs.keys() - {*but}, key=lambda job_id: jobs[job_id], default=None)

    def drop(self, key: str, job_id: str) -> None:
        """Note no longer a job that waits no more."""
        self._client.update_item(
            TableName=self._table,
            Key=_key(key),
            UpdateExpression="REMOVE #job",
            ExpressionAttributeNames={"#job": _JOB + job_id},
        )

    def wait(self, key: str, until_ms: int) -> None:
        """Say that this worker waits until then."""
        self._client.update_item(
            TableName=self._table,
            Key=_key(key),
            UpdateExpression="SET #worker = :until, expires_at = :later",
            ExpressionAttributeNames=self._names,
            ExpressionAttributeValues={":until": {"N": str(until_ms)}, ":later": _expiry()},
        )

    def given(self, key: str) -> str | None:
        """Return the id of the job that this worker was given, None while there is none: a cheap look."""
        found = self._client.get_item(
            TableName=self._table,
            Key=_key(key),
            ProjectionExpression="#worker",
            ExpressionAttributeNames=self._names,
        )
        return self._job(found.get("Item", {}))

    def leave(self, key: str) -> str | None:
        """Wait no longer; return the id of the job that was given at the last moment, and so is to be taken."""
        gone = self._client.update_item(
            TableName=self._table,
            Key=_key(key),
            UpdateExpression="REMOVE #worker",
            ExpressionAttributeNames=self._names,
            ReturnValues="ALL_OLD",
        )
        return self._job(gone.get("Attributes", {}))

    def _job(self, item: Mapping[str, Any]) -> str | None:
        value = item.get(self._names["#worker"], {})
        return value["S"].split(" ")[1] if "S" in value else None


def _key(key: str) -> dict[str, Any]:
    return {"job_id": {"S": key}}


def _expiry() -> dict[str, str]:
    return {"N": str(now_ms() // 1000 + RECORD_SECONDS)}


def _entries(item: Mapping[str, Any]) -> Iterator[_Entry]:
    for name, value in item.items():
        if name.startswith(_ENTRY):
            free = "N" in value
            yield _Entry(name, int(value["N"] if free else value["S"].split(" ")[0]), free)
