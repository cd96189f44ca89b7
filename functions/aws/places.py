"""Places to wait in: for sync callers and followers, each of whom takes up one of an account's functions.

All share some where an account runs too few for as many as may come. Each customer's followers have some of his own.
"""

from __future__ import annotations

import random
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from functions.aws.errors import adapter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TRIES: Final = 8  # before a caller takes all for taken: each is a write
GRACE_SECONDS: Final = 10  # after a wait's end, until the place of a caller whose function died is free again


@dataclass(frozen=True, slots=True)
class Place:
    """One that was taken."""

    number: int
    holder: str


@adapter
class WaitingPlaces:
    """So many places, each an item of the jobs table."""

    def __init__(self, client: DynamoDBClient, table: str, count: int, name: str = "waiting") -> None:
        self._client = client
        self._table = table
        self._count = count
        self._name = name

    def take(self, seconds: float) -> Place | None:
        """Take a place for so long at most; None when it finds none that is free. Raises StorageError."""
        now, holder = int(time.time()), uuid.uuid4().hex
        until = now + int(seconds) + GRACE_SECONDS
        for number in random.sample(range(self._count), min(self._count, TRIES)):  # so that callers seldom meet
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=self._key(number),
                    UpdateExpression="SET holder = :holder, expires_at = :until",
                    ConditionExpression="attribute_not_exists(holder) OR expires_at < :now",
                    ExpressionAttributeValues={
                        ":holder": {"S": holder},
                        ":until": {"N": str(until)},
                        ":now": {"N": str(now)},
                    },
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                continue
            return Place(number, holder)
        return None

    def leave(self, place: Place) -> None:
        """Leave a place, if it is still one's own. Raises StorageError."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=self._key(place.number),
                UpdateExpression="REMOVE holder",
                ConditionExpression="holder = :holder",
                ExpressionAttributeValues={":holder": {"S": place.holder}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def _key(self, number: int) -> dict[str, dict[str, str]]:
        return {"job_id": {"S": f"{self._name}/{number}"}}
