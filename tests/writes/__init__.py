"""What jobs cost their table: DynamoDB's write units, counted as it counts them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from unittest import mock

from botocore.client import BaseClient

from functions.aws import schema

WRITES: Final = ("PutItem", "UpdateItem")
UNIT: Final = 1024


@dataclass(slots=True)
class Units:
    """The units of the writes so far; `told` are those that DynamoDB said itself, where it is Amazon's own."""

    counted: int = 0
    told: float = 0


@contextmanager
def counting() -> Iterator[Units]:
    """Count the units of all writes to the tables that this process makes from now on."""
    units, genuine = Units(), BaseClient._make_api_call  # type: ignore[attr-defined]

    def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        if operation not in WRITES:
            return genuine(client, operation, parameters)
        before = _item(client, genuine, parameters)
        try:
            answer = genuine(client, operation, {**parameters, "ReturnConsumedCapacity": "TOTAL"})
            units.told += answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0)
        finally:
            units.counted += _units(before, _item(client, genuine, parameters))
        return answer

    with mock.patch.object(BaseClient, "_make_api_call", call):
        yield units


def _item(client: Any, genuine: Any, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    key = parameters.get("Key") or {"job_id": parameters["Item"]["job_id"]}
    found: Mapping[str, Any] = genuine(
        client, "GetItem", {"TableName": parameters["TableName"], "Key": key, "ConsistentRead": True}
    ).get("Item", {})
    return found


def _units(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """Return the units of a write: by the larger of both items, and one for each entry of an index that changes."""
    entries = [{key.name for key in schema.JOBS.attributes()} <= set(each) for each in (before, after)]
    return math.ceil(max(_size(before), _size(after), 1) / UNIT) + (entries[0] != entries[1])


def _size(item: Mapping[str, Any]) -> int:
    """Return an item's bytes by DynamoDB's rules: its attributes' names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(bytes(content))
        case "N":
            return math.ceil(len(Decimal(content).as_tuple().digits) / 2) + 1
        case "SS":
            return 3 + sum(1 + len(each.encode()) for each in content)
    raise AssertionError(kind)
