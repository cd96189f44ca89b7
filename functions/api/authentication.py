"""Who calls: reads the authentication headers of an event for KeyStore."""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import quote, quote_plus, urlencode

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from functions.api.dependencies import services
from functions.api.errors import BadRequestError
from functions.api.idempotency import body_bytes, once
from functions.core.keys import SignedParts
from functions.core.keystore import Admission
from functions.core.service import new_job_id

RAW_QUERY: Final = "rawQueryString"


def authenticate(event: BaseProxyEvent) -> Admission:
    """Admit an event by the key that it was sent with. Raises UnauthorizedError, RateLimitError."""
    return services().keys.authenticate(_signed_parts(event))


def authenticate_to_run(event: BaseProxyEvent) -> Admission:
    """Admit an event that starts a job, too. Raises ConcurrencyLimitError as well, and BadRequestError."""
    keys, parts = services().keys, _signed_parts(event)
    try:
        repeatable = once(event)
    except BadRequestError:
        keys.authenticate(parts)  # a stranger learns nothing but that he is one
        raise
    return keys.authenticate(parts, repeatable.job_id if repeatable else lambda _: new_job_id())


def _signed_parts(event: BaseProxyEvent) -> SignedParts:
    headers = event.headers
    return SignedParts(
        authorization=headers.get("authorization", ""),
        timestamp=headers.get("x-timestamp", ""),
        signature=headers.get("x-signature", ""),
        method=event.http_method,
        paths=_signed_paths(event),
        body=body_bytes(event),
    )


def _signed_paths(event: BaseProxyEvent) -> tuple[str, ...]:
    """Return every text that a client may have signed as the path.

    API Gateway hands over the query decoded, so both usual encodings of it are tried; servers that
    know the query as it was sent pass it as rawQueryString. API Gateway's stage is a folder of the URL that
    events don't have: clients that sign the whole URL's path have it (BASE_PATH, such as `/v1`).
    """
    base = os.environ.get("BASE_PATH")
    paths = (event.path, f"{base}{event.path}") if base else (event.path,)
    pairs = [
        (name, value)
        for name, values in (event.get("multiValueQueryStringParameters") or {}).items()
        for value in values
    ]
    if not pairs:
        return paths
    queries = {urlencode(pairs, quote_via=quote), urlencode(pairs, quote_via=quote_plus)}
    if event.get(RAW_QUERY):
        queries.add(event[RAW_QUERY])
    return (*paths, *(f"{path}?{query}" for path in paths for query in sorted(queries)))
