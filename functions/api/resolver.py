"""The Powertools resolver that serves the API: many requests at once, authentication before validation."""

from __future__ import annotations

import functools
import json
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.api_gateway import ResponseBuilder, Route
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from functions.api import errors
from functions.api.errors import BadRequestError, NotAnObjectError, UnsupportedMediaTypeError
from functions.core.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

# The OpenAPI `security` of a route that needs no key. Not an empty list: Powertools' Router makes that None.
PUBLIC: list[dict[str, list[str]]] = [{}]


@dataclass(slots=True)
class _Request:
    event: APIGatewayProxyEvent
    lambda_context: LambdaContext | None
    context: dict[str, Any] = field(default_factory=dict)


_request: ContextVar[_Request] = ContextVar("request")


def _parse_json(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except (ValueError, RecursionError) as error:
        message = "The body must be JSON, encoded as UTF-8."
        raise BadRequestError(message) from error


class Resolver(APIGatewayRestResolver):
    """APIGatewayRestResolver with two differences.

    Powertools keeps the request being served in class attributes, for a Lambda serves one at a time; here
    it is in a context variable, so the local server's threads can share one resolver. And a route whose
    `security` isn't PUBLIC calls `authenticate` before its input is validated, so that a stranger
    learns nothing.
    """

    def __init__(self, authenticate: Any) -> None:
        super().__init__(
            enable_validation=True,
            serializer=functools.partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
            json_body_deserializer=_parse_json,
        )
        self._authenticate = authenticate

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer one API Gateway event."""
        token = _request.set(_Request(APIGatewayProxyEvent(dict(event), self._json_body_deserializer), context))
        try:
            return self._build_response(self._resolve())
        finally:
            _request.reset(token)

    def _call_route(self, route: Route, route_arguments: dict[str, str]) -> ResponseBuilder[Any]:
        try:
            if route in self._static_routes or route in self._dynamic_routes:
                self._admit(route)
        except (ServiceError, UnicodeDecodeError) as error:
            return ResponseBuilder(errors.to_response(error), serializer=self._serializer, route=route)
        return super()._call_route(route, route_arguments)

    def _admit(self, route: Route) -> None:
        if route.security != PUBLIC:
            self.context["key"] = self._authenticate(self.current_event)
        media_type = self.current_event.headers.get("content-type", "").split(";")[0].strip().lower()
        if route.dependant.body_params and media_type not in ("", "application/json"):
            message = "Send the body as JSON, with Content-Type: application/json."
            raise UnsupportedMediaTypeError(message)
        if route.dependant.body_params and not self.current_event.body:
            message = "The body is empty; it must be a JSON object."
            raise BadRequestError(message)
        if route.dependant.body_params and not isinstance(self.current_event.json_body, dict):
            raise NotAnObjectError  # Powertools would take the last element of a list

    def methods_of(self, path: str) -> list[str]:
        """Return the HTTP methods that this path answers."""
        routes = [*self._static_routes, *self._dynamic_routes]
        return sorted({route.method for route in routes if route.rule.match(path)})

    @property
    def current_event(self) -> APIGatewayProxyEvent:  # type: ignore[override]  # Powertools: a class attribute
        """The event being answered in this context."""
        return _request.get().event

    @property
    def lambda_context(self) -> Any:  # type: ignore[override]  # likewise
        """Lambda's context of this event."""
        return _request.get().lambda_context

    @property
    def context(self) -> dict[str, Any]:
        """What middlewares and routes of this request share."""
        request = _request.get(None)
        return request.context if request else {}  # while composing there is no request

    @context.setter
    def context(self, value: dict[str, Any]) -> None:
        """Powertools' constructor sets an empty one; each request has its own."""
