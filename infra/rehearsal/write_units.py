"""DynamoDB's write units, counted as it counts them: by items' real sizes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from functions.aws import schema

UNIT: Final = 1024


def units(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """Return the units of a write: by the larger of both items, and one for each entry of an index that changes."""
    changed = sum(_entry(index, before) != _entry(index, after) for index in schema.JOBS.indexes)
    return math.ceil(max(_size(before), _size(after), 1) / UNIT) + changed


def _entry(index: schema.Index, item: Mapping[str, Any]) -> list[Any] | None:
    """Return what an index has of an item: nothing, where it lacks one of the index's keys."""
    keys = [item.get(key.name) for key in (index.partition, index.sort)]
    return None if None in keys else keys


def _size(item: Mapping[str, Any]) -> int:
    """Return an item's bytes by DynamoDB's rules: its attributes' names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(bytes(content)) if isinstance(content, bytes) else len(content) * 3 // 4  # base64 on the line
        case "N":
            return math.ceil(len(Decimal(content).as_tuple().digits) / 2) + 1
        case "SS":
            return 3 + sum(1 + len(each.encode()) for each in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_size(each) for name, each in content.items())
    raise AssertionError(kind)
