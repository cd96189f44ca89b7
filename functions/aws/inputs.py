"""DynamoInputs: core's Inputs, for each job an item input/<job_id> with what its worker has yet to take.

The worker says with each look how many parts it has taken by then, and they go. So a look that is repeated, because
its answer was lost, loses nothing.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from functions.aws.errors import adapter
from functions.core import limits
from functions.core.errors import StdinFullError, StdinNotOpenError, TooLargeError
from functions.core.store import now_ms

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PENDING_BYTES: Final = 64 * 1024  # that an item has at most, for each look is paid by its size
PENDING_PARTS: Final = 100


@dataclass(frozen=True, slots=True)
class Pending:
    """What a worker finds: the parts after the `first` so many, and whether they are the last."""

    first: int
    parts: tuple[bytes, ...]
    eof: bool


NO_INPUT: Final = Pending(0, (), eof=False)


@adapter
class DynamoInputs:
    """The inputs in the jobs table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def open(self, job_id: str) -> None:
        """Take input for a new job."""
        zero = {"N": "0"}
        later = {"N": str(now_ms() // 1000 + limits.JOB_RECORD_SECONDS)}
        item: dict[str, Any] = {"parts": {"L": []}, "first": zero, "pending": zero, "sent": zero, "expires_at": later}
        self._client.put_item(TableName=self._table, Item={**_key(job_id), **item})

    def add(self, job_id: str, data: bytes, *, eof: bool) -> int:
        """Record what comes next; see core's Inputs."""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=_key(job_id),
                UpdateExpression="SET parts = list_append(parts, :parts), sent = sent + :size,"
                " pending = pending + :size" + (", eof = :true" if eof else ""),
                ConditionExpression="attribute_exists(parts) AND attribute_not_exists(eof) AND sent <= :room"
                " AND pending <= :pending_room AND size(parts) < :most",
                ExpressionAttributeValues={
                    ":parts": {"L": [{"B": data}] if data else []},
                    ":size": {"N": str(len(data))},
                    ":room": {"N": str(limits.INPUT_BYTES - len(data))},
                    ":pending_room": {"N": str(PENDING_BYTES - len(data))},
                    ":most": {"N": str(PENDING_PARTS)},
                    **({":true": {"BOOL": True}} if eof else {}),
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refusal:
            item: dict[str, Any] = refusal.response.get("Item") or {}  # type: ignore[assignment]
            if "parts" not in item or "eof" in item:
                raise StdinNotOpenError from None
            if int(item["sent"]["N"]) + len(data) > limits.INPUT_BYTES:
                raise TooLargeError(limits.TOO_MUCH_INPUT) from None
            raise StdinFullError from None
        return int(answer["Attributes"]["sent"]["N"])

    def look(self, job_id: str, pending: Pending) -> Pending:
        """Return what there is, having let go of what an earlier look has found. For the job's one worker."""
        taken = [f"parts[{index}]" for index in range(len(pending.parts))]
        freed = sum(map(len, pending.parts))
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=_key(job_id),
                UpdateExpression="SET #first = :next, pending = pending - :freed"
                + (f" REMOVE {', '.join(taken)}" if taken else ""),
                ConditionExpression="#first = :first",
                ExpressionAttributeNames={"#first": "first"},
                ExpressionAttributeValues={
                    ":first": {"N": str(pending.first)},
                    ":next": {"N": str(pending.first + len(taken))},
                    ":freed": {"N": str(freed)},
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
            item: Any = answer["Attributes"]
        except self._client.exceptions.ConditionalCheckFailedException as refusal:
            item = refusal.response.get("Item")  # this look was done before, and its answer was lost
        if not item or "parts" not in item:
            return Pending(0, (), eof=True)
        return Pending(int(item["first"]["N"]), tuple(bytes(part["B"]) for part in item["parts"]["L"]), "eof" in item)

    def close(self, job_id: str) -> None:
        """Take no more, and let go of what nobody has taken."""
        with contextlib.suppress(self._client.exceptions.ConditionalCheckFailedException):  # it was never open
            self._client.update_item(
                TableName=self._table,
                Key=_key(job_id),
                UpdateExpression="REMOVE parts, #first",
                ConditionExpression="attribute_exists(job_id)",
                ExpressionAttributeNames={"#first": "first"},
            )


def _key(job_id: str) -> dict[str, Any]:
    return {"job_id": {"S": f"input/{job_id}"}}
