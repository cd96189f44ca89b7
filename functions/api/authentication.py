"""Who calls: reads the authentication headers of an event for KeyStore."""

from __future__ import annotations

import base64
from typing import Final
from urllib.parse import quote, quote_plus, urlencode

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from functions.api.dependencies import services
from functions.core.keys import Key, SignedParts

RAW_QUERY: Final = "rawQueryString"


def authenticate(event: BaseProxyEvent) -> Key:
    """Return the key that an event was sent with. Raises UnauthorizedError."""
    headers = event.headers
    return services().keys.authenticate(
        SignedParts(
            authorization=headers.get("authorization", ""),
            timestamp=headers.get("x-timestamp", ""),
            signature=headers.get("x-signature", ""),
            method=event.http_method,
            paths=_signed_paths(event),
            body=body_bytes(event),
        )
    )


def body_bytes(event: BaseProxyEvent) -> bytes:
    """Return the body exactly as it was sent."""
    body = event.body or ""
    return base64.b64decode(body) if event.is_base64_encoded else body.encode()


def _signed_paths(event: BaseProxyEvent) -> tuple[str, ...]:
    """Return every text that a client may have signed as the path.

    API Gateway hands over the query decoded, so both usual encodings of it are tried; servers that
    know the query as it was sent pass it as rawQueryString.
    """
    pairs = [
        (name, value)
        for name, values in (event.get("multiValueQueryStringParameters") or {}).items()
        for value in values
    ]
    if not pairs:
        return (event.path,)
    queries = {urlencode(pairs, quote_via=quote), urlencode(pairs, quote_via=quote_plus)}
    if event.get(RAW_QUERY):
        queries.add(event[RAW_QUERY])
    return (event.path, *(f"{event.path}?{query}" for query in sorted(queries)))
