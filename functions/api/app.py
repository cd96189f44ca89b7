"""handler(): the whole API as one Lambda handler. Endpoints, authentication and errors meet here."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api import edge, errors
from functions.api.authentication import authenticate, authenticate_to_run
from functions.api.dependencies import origins, services
from functions.api.endpoints import (
    batch,
    events,
    execute,
    health,
    jobs,
    keys,
    languages,
    openapi,
    pages,
    run,
    stdin,
    uploads,
)
from functions.api.resolver import Resolver
from functions.core.errors import NotFoundError
from functions.core.keystore import Slot


def release(slot: Slot) -> None:
    """Give back a slot that no job came of."""
    services().keys.release(slot)


def build() -> Resolver:
    """Compose the resolver from the endpoint files."""
    resolver = Resolver(authenticate, authenticate_to_run, release)
    for endpoint in (execute, batch, run, jobs, events, stdin, languages, keys, uploads, health, openapi, pages):
        resolver.include_router(endpoint.router)
    resolver.answer_head()
    resolver.compose()

    @resolver.not_found
    def no_route(_: Exception) -> Any:
        event: APIGatewayProxyEvent = resolver.current_event
        methods = resolver.methods_of(event.path)
        if methods:
            return errors.to_response(errors.MethodNotAllowedError(methods))
        return errors.to_response(NotFoundError("There is no such route; GET /openapi.json lists them."))

    resolver.exception_handler(Exception)(errors.to_response)
    return resolver


_resolver: Resolver | None = None


def handler(event: dict[str, Any], context: LambdaContext | None = None) -> dict[str, Any]:
    """Answer one API Gateway REST proxy event."""
    global _resolver  # noqa: PLW0603  # built at the first request, not at import
    if _resolver is None:
        _resolver = build()
    resolver = _resolver

    def resolve() -> dict[str, Any]:
        return resolver.resolve(event, context)  # type: ignore[arg-type]  # there is no LambdaContext off Lambda

    return edge.answered(event, origins(), resolve)
