"""Many items of a table at once: all of them written or none, and read as DynamoDB gives them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from functions.aws.items import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

GET_KEYS: Final = 100  # of one call: DynamoDB's limit
TRIES: Final = 5
CONFLICT_SECONDS: Final = 0.05  # before the second try; twice as much before the third, and so on
PASSING_REASONS: Final = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}  # not refusals


def put_all(client: DynamoDBClient, table: str, items: Sequence[Mapping[str, Any]], condition: str) -> bool:
    """Write all of these items in one transaction, or none: False where the condition refuses one of them."""
    puts: list[Any] = [
        {"Put": {"TableName": table, "Item": item, "ConditionExpression": condition}} for item in items
    ]
    for left in reversed(range(TRIES)):
        try:
            client.transact_write_items(TransactItems=puts)
        except client.exceptions.TransactionCanceledException as refusal:
            reasons = {each.get("Code") for each in refusal.response["CancellationReasons"]}
            if "ConditionalCheckFailed" in reasons:
                return False
            if not left or not reasons & PASSING_REASONS:
                raise
            time.sleep(CONFLICT_SECONDS * (TRIES - left))
        else:
            return True
    raise AssertionError  # the last try has written or raised


def get_all(
    client: DynamoDBClient, table: str, keys: list[dict[str, Any]], names: Sequence[str], *, consistent: bool = False
) -> list[Item]:
    """Return these attributes of the items of at most GET_KEYS keys, what DynamoDB left unprocessed included."""
    items: list[Item] = []
    wanted = {
        "Keys": keys,
        "ProjectionExpression": ", ".join(f"#{name}" for name in names),
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
        "ConsistentRead": consistent,
    }
    request: Mapping[str, Any] = {table: wanted} if keys else {}
    while request:
        response = client.batch_get_item(RequestItems=request)
        items += response["Responses"].get(table, [])
        request = response["UnprocessedKeys"]
    return items
