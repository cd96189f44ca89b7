"""GET /languages: what can be run."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.dependencies import services
from functions.api.openapi.models import Languages
from functions.api.openapi.routes import PUBLIC, answers
from functions.core.languages import examples

router = Router()


@router.get("/languages", security=PUBLIC, responses=answers(Languages, 422))
def languages(details: Annotated[bool, Query()] = False) -> dict[str, Any]:
    """List the languages' ids and aliases; details=true adds what is known of each.

    Some may be known but not available here: the details say why, and what to do.
    """
    api = services()
    body: dict[str, Any] = {
        "languages": list(api.catalog),
        "aliases": dict(sorted(api.catalog.aliases.items())),
        "count": len(api.catalog),
    }
    if details:
        body["details"] = {
            language.id: {
                "name": language.name,
                "version": language.version,
                "extensions": language.extensions,
                "shebangs": language.shebangs,
                "launchers": language.launchers,
                "compiled": language.compiled,
                "wasm": api.offer.makes_wasm(language),
                "packages": language.packages,
                "example": examples()[language.id],
                "available": language.id not in api.offer.missing_languages,
                "unavailable_reason": api.offer.why_missing(language),
            }
            for language in api.catalog.values()
        }
    return body
