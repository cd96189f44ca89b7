"""Pools whose workers can run no job: ECS would replace them for ever, at a price, so they are scaled to nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ecs import ECSClient

ENOUGH: Final = 3  # workers of a pool, in one hour
HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class UnfitWorkers:
    """Counts them, by pool and hour, in items of the jobs table."""

    dynamodb: DynamoDBClient
    table: str
    ecs: ECSClient
    cluster: str

    def note(self, pool: str, worker: str) -> bool:
        """Count a worker, however often its end is told; with enough of them stop their service, and return True.

        Raises ClientError.
        """
        hour = int(time.time()) // HOUR
        answer = self.dynamodb.update_item(
            TableName=self.table,
            Key={"job_id": {"S": f"unfit/{pool}/{hour}"}},
            UpdateExpression="ADD workers :worker SET expires_at = :later",
            ExpressionAttributeValues={":worker": {"SS": [worker]}, ":later": {"N": str((hour + 2) * HOUR)}},
            ReturnValues="ALL_NEW",
        )
        if len(answer["Attributes"]["workers"]["SS"]) < ENOUGH:
            return False
        self.ecs.update_service(cluster=self.cluster, service=pool, desiredCount=0)
        return True
