"""GET /openapi.json: this API, described for programs."""

from __future__ import annotations

from typing import Any, Final, cast

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api.openapi.routes import PUBLIC
from functions.api.resolver import Resolver

router = Router()

DOCUMENT: Final[dict[int, Any]] = {
    200: {
        "description": "The OpenAPI 3.1 document",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@router.get("/openapi.json", security=PUBLIC, responses=DOCUMENT)
def openapi() -> Response[str]:
    """Return the OpenAPI 3.1 document."""
    # What makes it takes longer to load than all the rest of the API, and a start waits for that.
    from functions.api.openapi import document  # noqa: PLC0415

    return Response(200, "application/json", document.text(cast("Resolver", router.api_resolver)))
