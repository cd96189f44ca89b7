"""AWS's refusals in the words of core: who calls an adapter knows nothing of botocore."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from functions.core.errors import StorageError

T = TypeVar("T")


def adapter(kind: type[T]) -> type[T]:
    """Have each public method of a class raise StorageError where AWS refuses or doesn't answer."""
    for name, method in list(vars(kind).items()):
        if not name.startswith("_") and inspect.isfunction(method) and not inspect.isgeneratorfunction(method):
            setattr(kind, name, _translating(method))
    return kind


def _translating(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def translated(*arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except (ClientError, BotoCoreError) as error:
            raise StorageError(str(error)) from error

    return translated
