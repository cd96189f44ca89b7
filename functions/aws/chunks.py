"""Chunks: the output of watched jobs, each heartbeat's in an item of its own, so that nothing is written twice.

An item output/<job_id>/<number>, counted from 0, has the bytes that stdout and stderr had in addition. Larger ones
lie in S3, where an object costs as much as 8 KB in DynamoDB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from functions.aws.errors import adapter
from functions.core import limits
from functions.core.files import FileStore
from functions.core.store import now_ms

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INLINE_BYTES: Final = 8_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a job had written in addition."""

    stdout: bytes
    stderr: bytes


@adapter
class Chunks:
    """The chunks in the jobs table."""

    def __init__(self, client: DynamoDBClient, table: str, files: FileStore) -> None:
        self._client = client
        self._table = table
        self._files = files

    def put(self, job_id: str, number: int, chunk: Chunk) -> None:
        """Write a chunk; the same one again changes nothing."""
        content: dict[str, Any] = {"stdout": {"B": chunk.stdout}, "stderr": {"B": chunk.stderr}}
        if len(chunk.stdout) + len(chunk.stderr) > INLINE_BYTES:
            file = f"results/{job_id}/output-{number}"
            self._files.put(file, chunk.stdout + chunk.stderr)
            content = {"file": {"S": file}, "size": {"N": str(len(chunk.stdout))}}
        later = now_ms() // 1000 + limits.JOB_RECORD_SECONDS
        values: dict[str, Any] = {**content, "expires_at": {"N": str(later)}}
        self._client.update_item(
            TableName=self._table,
            Key=_key(job_id, number),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
            ExpressionAttributeNames={f"#{name}": name for name in values},
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        )

    def get(self, job_id: str, number: int) -> Chunk | None:
        """Return a chunk; None where it isn't there (yet)."""
        item = self._client.get_item(TableName=self._table, Key=_key(job_id, number), ConsistentRead=True).get("Item")
        if item is None:
            return None
        if "file" in item:
            content, size = self._files.get(item["file"]["S"]), int(item["size"]["N"])
            return Chunk(content[:size], content[size:])
        return Chunk(bytes(item["stdout"]["B"]), bytes(item["stderr"]["B"]))


def _key(job_id: str, number: int) -> dict[str, Any]:
    return {"job_id": {"S": f"output/{job_id}/{number}"}}
