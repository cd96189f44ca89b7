"""GET /health: whether jobs can run; touches no customer data."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api.dependencies import services
from functions.api.openapi.models import Health
from functions.api.openapi.routes import PUBLIC, answers
from functions.core.errors import BusyError

router = Router()


@router.get("/health", security=PUBLIC, responses=answers(Health, 503))
def health() -> dict[str, Any]:
    """Answer that jobs can run, and how many languages there are; 503 that says why where they can't.

    In the cloud that is so as soon as this answers: whether workers can be had there is for the alarms.
    """
    api = services()
    if trouble := api.trouble():
        raise BusyError(trouble)
    return {"status": "ok", "languages": len(api.catalog) - len(api.offer.missing_languages)}
