"""What jobs cost their table: DynamoDB's write units, counted as it counts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from unittest import mock

from botocore.client import BaseClient

from infra.rehearsal.write_units import units

WRITES: Final = ("PutItem", "UpdateItem")


@dataclass(slots=True)
class Units:
    """The units of the writes so far; `told` are those that DynamoDB said itself, where it is Amazon's own."""

    counted: int = 0
    told: float = 0


@contextmanager
def counting() -> Iterator[Units]:
    """Count the units of all writes to the tables that this process makes from now on."""
    counted, genuine = Units(), BaseClient._make_api_call  # type: ignore[attr-defined]

    def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        if operation not in WRITES:
            return genuine(client, operation, parameters)
        before = _item(client, genuine, parameters)
        try:
            answer = genuine(client, operation, {**parameters, "ReturnConsumedCapacity": "TOTAL"})
            counted.told += answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0)
        finally:
            counted.counted += units(before, _item(client, genuine, parameters))
        return answer

    with mock.patch.object(BaseClient, "_make_api_call", call):
        yield counted


def _item(client: Any, genuine: Any, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    key = parameters.get("Key") or {"job_id": parameters["Item"]["job_id"]}
    found: Mapping[str, Any] = genuine(
        client, "GetItem", {"TableName": parameters["TableName"], "Key": key, "ConsistentRead": True}
    ).get("Item", {})
    return found
