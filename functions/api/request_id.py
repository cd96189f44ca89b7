"""X-Request-Id: what an answer, and the log of all that its request caused, can be found by."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Final

HEADER: Final = "X-Request-Id"
GATEWAY: Final = "x-amzn-request-context"  # the Lambda Web Adapter's
FORM: Final = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")

_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def chosen(sent: str | None, gateways: str | None = None) -> str:
    """Return a request's id: the client's, where it has the form of one, else the gateway's, else a new one."""
    if sent is not None and FORM.fullmatch(sent):
        return sent
    return gateways or str(uuid.uuid4())


def of_headers(headers: Mapping[str, str]) -> str:
    """Return the id of a request to a server; before the one on Lambda is a gateway, of which the adapter tells."""
    gateways = None
    with suppress(ValueError, TypeError, AttributeError):
        gateways = json.loads(headers.get(GATEWAY, "{}")).get("requestId")
    known = isinstance(gateways, str) and FORM.fullmatch(gateways)
    return chosen(headers.get(HEADER.lower()), gateways if known else None)


def of_event(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """Return the id of an API Gateway event; `headers` by their names in lower case."""
    return chosen(headers.get(HEADER.lower()), (event.get("requestContext") or {}).get("requestId"))


@contextmanager
def serving(request_id: str) -> Iterator[None]:
    """Have `current` say this, in this thread, while the block lasts."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> str | None:
    """Return the id of the request that this thread serves."""
    return _current.get()
