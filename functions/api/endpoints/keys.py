"""POST /keys/validate and GET /keys/self: what a key is and may do."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, Final

from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api.authentication import authenticate
from functions.api.openapi.models import InvalidKey, KeyFacts
from functions.api.openapi.routes import OPTIONAL, answers
from functions.core.errors import UnauthorizedError
from functions.core.keys import Key

router = Router()

UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


@router.post("/keys/validate", security=OPTIONAL, responses=answers(KeyFacts | InvalidKey))
def validate_key() -> dict[str, Any]:
    """Say whether the key that this request is sent with is valid.

    The answer is a 200 in any case. An unknown key, a wrong signature and no key at all are `invalid_key`; that a key
    has expired or is suspended is told to those alone who have its secret.
    """
    # It counts for the key's rate: it costs the same call of the same record as any other request.
    try:
        admission = authenticate(router.current_event)
    except UnauthorizedError as refusal:
        return {"valid": False, "reason": refusal.reason}
    router.context["rate"] = admission.rate
    return facts(admission.key)


@router.get("/keys/self", responses=answers(KeyFacts))
def own_key() -> dict[str, Any]:
    """Say what the calling key is and may do."""
    return facts(router.context["key"])


def facts(key: Key) -> dict[str, Any]:
    """Return what a key's holder may know of it."""
    return {
        "valid": True,
        "public_key": key.public_key,
        "tier": key.tier,
        "status": key.status,
        "valid_through_datetime": _datetime(key.expires_at),
        "valid_for_human": _duration(key.expires_at),
        "rate_per_minute": key.rate_per_minute,
        "burst": key.burst,
        "concurrency": key.concurrency,
        "one_job_per_signature": key.one_job_per_signature,
    }


def _datetime(expires_at: int | None) -> str | None:
    """Return ISO 8601 with `Z`, or None for a key without end."""
    if expires_at is None:
        return None
    return datetime.fromtimestamp(expires_at, UTC).isoformat().replace("+00:00", "Z")


def _duration(expires_at: int | None) -> str:
    """Return the time left in its largest unit, such as "29 days"."""
    if expires_at is None:
        return "no end"
    left = max(int(expires_at - time.time()), 0)
    unit, size = next(((unit, size) for unit, size in UNITS if left >= size), UNITS[-1])
    return f"{left // size} {unit}{'' if left // size == 1 else 's'}"
