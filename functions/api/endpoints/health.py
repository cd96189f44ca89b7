"""GET /health: whether the service answers; touches no customer data."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api.dependencies import services
from functions.api.resolver import PUBLIC

router = Router()


@router.get("/health", security=PUBLIC)
def health() -> dict[str, Any]:
    """Answer that the service is up, and how many languages it can run."""
    api = services()
    return {"status": "ok", "languages": len(api.catalog) - len(api.offer.missing_languages)}
