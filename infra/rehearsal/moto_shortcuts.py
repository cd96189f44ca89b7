"""What moto works out anew at each call, though it is the same each time, worked out once: much of a call's time.

Nothing here changes what a call answers; tests/rehearsal/test_moto_shortcuts.py compares.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any, Final

from moto.core import responses, serialize
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser  # type: ignore[attr-defined]  # untyped there
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]  # likewise
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

Method = Callable[[Any], Any]


class Dispatcher(DomainDispatcherApplication):
    """Finds a service by its host as moto does, which lists a folder and tries some 200 patterns for each call."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._found: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        """Return the name of the service that a host stands for."""
        if host not in self._found:
            self._found[host] = super().get_backend_for_host(host)
        return self._found[host]


class Picker(serialize.XFormedAttributePicker):
    """Takes a DynamoDB value's parts by their names: they have no other spellings, of which moto tries some 50."""

    def __call__(self, context: serialize.AttributePickerContext) -> Any:
        """Return a part of an answer."""
        parent = getattr(context.shape, "parent", None)
        if parent is not None and parent.name == "AttributeValue" and isinstance(context.obj, dict):
            return context.obj.get(context.key)
        return super().__call__(context)


def once_an_object(method: Method) -> Method:
    """Return a method without arguments that is called once for each object."""
    name = f"_{method.__name__}_once"

    def remembered(owner: Any) -> Any:
        if name not in owner.__dict__:
            setattr(owner, name, method(owner))
        return owner.__dict__[name]

    return remembered


def read_once(project: Callable[[Item, Any], Item]) -> Callable[[Item, Any], Item]:
    """Return `project` for which the whole item is made plain once, not for each of the expressions."""

    def projected(item: Item, expressions: Any) -> Item:
        plain = item.to_regular_json()
        once = copy.copy(item)
        once.to_regular_json = lambda: plain  # type: ignore[method-assign]
        return project(once, expressions)

    return projected


# What `take` replaces: its owner, its name there, and what makes the replacement of it.
SHORTCUTS: Final[tuple[tuple[Any, str, Callable[[Any], Any]], ...]] = (
    (responses, "XFormedAttributePicker", lambda _: Picker),
    (responses, "method_names_from_class", functools.cache),
    (responses, "camelcase_to_underscores", functools.cache),
    (UpdateExpressionParser, "make", functools.cache),  # its tree is copied before it is changed
    (Item, "project", read_once),
    (DepthFirstTraverser, "nodes_to_be_processed", once_an_object),  # asked for each node
)


def take() -> None:
    """Put them into moto, for this process. Raises AttributeError where moto is made otherwise."""
    for owner, name, shortcut in SHORTCUTS:
        setattr(owner, name, shortcut(getattr(owner, name)))
