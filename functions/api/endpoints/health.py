"""GET /health: whether the service answers; touches no customer data."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api.dependencies import services
from functions.api.openapi.models import Health
from functions.api.openapi.routes import PUBLIC, answers

router = Router()


@router.get("/health", security=PUBLIC, responses=answers(Health))
def health() -> dict[str, Any]:
    """Answer that the service is up, and how many languages it can run."""
    api = services()
    return {"status": "ok", "languages": len(api.catalog) - len(api.offer.missing_languages)}
