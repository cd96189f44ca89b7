"""API Gateway events for calling the handler in this process."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.api.app import handler


@dataclass(frozen=True, slots=True)
class Called:
    status: int
    headers: Mapping[str, str]
    body: Any


def call(
    method: str,
    path: str,
    body: bytes | str | None = None,
    secret: str | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, list[str]] | None = None,
) -> Called:
    """Call the handler with the event that API Gateway would make of a request."""
    sent = {"Content-Type": "application/json", **(headers or {})}
    if secret:
        sent["Authorization"] = f"Bearer {secret}"
    raw = body.encode() if isinstance(body, str) else body
    response = handler(
        {
            "path": path,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "queryStringParameters": {name: values[-1] for name, values in query.items()} if query else None,
            "multiValueQueryStringParameters": query,
            "requestContext": {},
            "body": base64.b64encode(raw).decode() if raw else None,
            "isBase64Encoded": bool(raw),
        }
    )
    merged = {**(response.get("headers") or {}), **(response.get("multiValueHeaders") or {})}
    flat = {name.lower(): value[0] if isinstance(value, list) else value for name, value in merged.items()}
    return Called(response["statusCode"], flat, _body(response, flat))


def _body(response: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
    """Return JSON decoded, and anything else as its bytes."""
    raw = base64.b64decode(response["body"]) if response.get("isBase64Encoded") else response["body"].encode()
    return json.loads(raw) if headers.get("content-type", "") == "application/json" else raw
