"""Who calls: reads the authentication headers of an event for KeyStore."""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import quote, quote_plus, urlencode

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from functions.api.dependencies import services
from functions.api.errors import BadRequestError
from functions.api.idempotency import body_bytes, once
from functions.core.errors import SignatureReusedError
from functions.core.keys import SKEW_SECONDS, SignedParts
from functions.core.keystore import Admission
from functions.core.service import new_job_id

RAW_QUERY: Final = "rawQueryString"
MUST_BE_SIGNED: Final = ("args", "env")  # parameters that change what a program does
REMEMBERED_SECONDS: Final = 2 * SKEW_SECONDS  # a timestamp may be as far ahead as behind


def authenticate(event: BaseProxyEvent) -> Admission:
    """Admit an event by the key that it was sent with. Raises UnauthorizedError, RateLimitError."""
    return services().keys.authenticate(_signed_parts(event))


def authenticate_to_run(event: BaseProxyEvent) -> Admission:
    """Admit an event that starts a job, too.

    Raises ConcurrencyLimitError, BadRequestError, and SignatureReusedError where its key takes one job for each.
    """
    keys, parts = services().keys, _signed_parts(event)
    try:
        repeatable = once(event)
    except BadRequestError:
        keys.authenticate(parts)  # a stranger learns nothing but that he is one
        raise
    admission = keys.authenticate(parts, repeatable.job_id if repeatable else lambda _: new_job_id())
    use_signature(event, admission)
    return admission


def use_signature(event: BaseProxyEvent, admission: Admission) -> None:
    """Note that a request starts what it asks for, where its key takes each signature once.

    Raises SignatureReusedError.
    """
    if not admission.key.one_job_per_signature:
        return
    parts = _signed_parts(event)
    if not parts.is_signed:
        return
    if not services().signatures.use(parts.signature, REMEMBERED_SECONDS):
        if admission.slot:
            services().keys.release(admission.slot)
        raise SignatureReusedError


def _signed_parts(event: BaseProxyEvent) -> SignedParts:
    headers = event.headers
    return SignedParts(
        authorization=headers.get("authorization", ""),
        timestamp=headers.get("x-timestamp", ""),
        signature=headers.get("x-signature", ""),
        method=event.http_method,
        paths=_signed_paths(event),
        body=body_bytes(event),
        idempotency_key=headers.get("idempotency-key"),
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
    if any(name in MUST_BE_SIGNED for name, _ in pairs):
        bare: tuple[str, ...] = ()
    else:
        bare = paths  # what clients that sign the path alone may say in the query string
    queries = {urlencode(pairs, quote_via=quote), urlencode(pairs, quote_via=quote_plus)}
    if event.get(RAW_QUERY):
        queries.add(event[RAW_QUERY])
    return (*bare, *(f"{path}?{query}" for path in paths for query in sorted(queries)))
