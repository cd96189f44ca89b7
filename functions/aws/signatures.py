"""DynamoSignatures: used signatures as items of the jobs table, which DynamoDB deletes in time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from functions.aws.errors import adapter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@adapter
class DynamoSignatures:
    """Core's Signatures: one conditional write each."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def use(self, signature: str, seconds: int) -> bool:
        """Note a signature, for so long; False where it was noted before."""
        now = int(time.time())
        try:
            self._client.put_item(
                TableName=self._table,
                Item={"job_id": {"S": f"signature/{signature}"}, "expires_at": {"N": str(now + seconds)}},
                ConditionExpression="attribute_not_exists(job_id) OR expires_at < :now",
                ExpressionAttributeValues={":now": {"N": str(now)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
