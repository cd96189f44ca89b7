"""The Idempotency-Key header: the same key and request again within 24 h gives the first job."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Final

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from functions.api.errors import BadRequestError
from functions.core.service import Once

KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")


def body_bytes(event: BaseProxyEvent) -> bytes:
    """Return the body exactly as it was sent."""
    body = event.body or ""
    return base64.b64decode(body) if event.is_base64_encoded else body.encode()


def once(event: BaseProxyEvent) -> Once | None:
    """Return the request's idempotency key with a fingerprint of the request. Raises BadRequestError.

    /execute and /execute/async are one to it, as are /run and /run/async: a client whose line broke may ask for
    the job's id the second time.
    """
    key = event.headers.get("idempotency-key")
    if key is None:
        return None
    if not KEY.fullmatch(key):
        message = "Idempotency-Key must be 1 to 255 printable ASCII characters without spaces."
        raise BadRequestError(message)
    query = json.dumps(event.get("multiValueQueryStringParameters") or {}, sort_keys=True)
    route = event.path.removesuffix("/async")
    digest = hashlib.sha256(f"{route}\n{query}\n".encode() + body_bytes(event))
    return Once(key, digest.hexdigest())
