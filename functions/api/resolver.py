"""The Powertools resolver that serves the API: many requests at once, authentication before validation."""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, ResponseBuilder, Route
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from functions.api import encoding, errors
from functions.api.errors import BadRequestError, NotAnObjectError, UnsupportedMediaTypeError
from functions.api.openapi.routes import RUNS
from functions.api.running import AWAITED, STREAMED
from functions.core.errors import ServiceError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from functions.core.keystore import Admission, Slot


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


def _with_plain_media_type(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event with its Content-Type in lower case: media types have no case, Powertools compares them."""
    headers = event.get("headers") or {}
    return {
        **event,
        "headers": {
            name: value.lower() if name.lower() == "content-type" else value for name, value in headers.items()
        },
    }


def _runs(route: Route) -> bool:
    return RUNS.items() <= (route.openapi_extensions or {}).items()


class Resolver(APIGatewayRestResolver):
    """APIGatewayRestResolver with these differences.

    Powertools keeps the request being served in class attributes, for a Lambda serves one at a time; here
    it is in a context variable, so the local server's threads can share one resolver. And a route whose
    `security` doesn't allow none calls `authenticate` before its input is validated, so that a stranger
    learns nothing. And its answer tells what the key has left; a slot that no job came of is given back.
    And a path that ends in a line break is another path; HEAD is answered wherever GET is.
    """

    def __init__(
        self,
        authenticate: Callable[[APIGatewayProxyEvent], Admission],
        authenticate_to_run: Callable[[APIGatewayProxyEvent], Admission],
        release: Callable[[Slot], None],
    ) -> None:
        super().__init__(
            enable_validation=True,
            serializer=functools.partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
            json_body_deserializer=_parse_json,
        )
        self._authenticate = authenticate
        self._authenticate_to_run = authenticate_to_run
        self._release = release

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer one API Gateway event. AWAITED and STREAMED are what the server is to wait for, or to stream."""
        request = APIGatewayProxyEvent(_with_plain_media_type(event), self._json_body_deserializer)
        serving = _Request(request, context)
        token = _request.set(serving)
        try:
            response = self._build_response(self._resolve())
            response |= {name: serving.context[name] for name in (AWAITED, STREAMED) if name in serving.context}
            return response
        finally:
            _request.reset(token)

    def _call_route(self, route: Route, route_arguments: dict[str, str]) -> ResponseBuilder[Any]:
        with contextlib.ExitStack() as held:
            return self._answer(route, route_arguments, held)

    def _answer(
        self, route: Route, route_arguments: dict[str, str], held: contextlib.ExitStack
    ) -> ResponseBuilder[Any]:
        try:
            if route in self._static_routes or route in self._dynamic_routes:
                self._admit(route, held)
            builder = super()._call_route(route, route_arguments)
        except (ServiceError, UnicodeDecodeError, StorageError) as error:
            builder = ResponseBuilder(errors.to_response(error), serializer=self._serializer, route=route)
        self._settle(builder.response)
        return builder

    def _settle(self, response: Response[Any]) -> None:
        """Give back a slot that no job came of, and tell the key's holder what it has left."""
        slot, rate = self.context.get("slot"), self.context.get("rate")
        if slot and response.status_code < 500:  # after a 5xx its job may be recorded: the record decides
            with contextlib.suppress(StorageError):  # the answer stands; the slot lapses by itself
                self._release(slot)
        if rate:
            response.headers.update(errors.rate_headers(rate))

    def _admit(self, route: Route, held: contextlib.ExitStack) -> None:
        if {} not in (route.security or []):
            authenticate = self._authenticate_to_run if _runs(route) else self._authenticate
            admission = authenticate(self.current_event)
            self.context.update(admission=admission, key=admission.key, slot=admission.slot, rate=admission.rate)
            if encoding.is_encoded(self.current_event):  # a stranger's isn't even looked at
                event = encoding.decoded(self.current_event, held)
                _request.get().event = APIGatewayProxyEvent(event, self._json_body_deserializer)
        media_type = self.current_event.headers.get("content-type", "").split(";")[0].strip().lower()
        if route.dependant.body_params and media_type not in ("", "application/json"):
            message = "Send the body as JSON, with Content-Type: application/json."
            raise UnsupportedMediaTypeError(message)
        if route.dependant.body_params and not self.current_event.body:
            message = "The body is empty; it must be a JSON object."
            raise BadRequestError(message)
        if route.dependant.body_params and not isinstance(self.current_event.json_body, dict):
            raise NotAnObjectError  # Powertools would take the last element of a list

    def answer_head(self) -> None:
        """Give each GET route a twin for HEAD; servers leave out the body. To be called when all routes are there."""
        for routes in (self._static_routes, self._dynamic_routes):
            for route in [each for each in routes if each.method == "GET"]:
                twin = copy.copy(route)
                twin.method, twin.include_in_schema = "HEAD", False
                routes.append(twin)

    @staticmethod
    def _compile_regex(rule: str, base_regex: str = r"^{}/*\Z") -> re.Pattern[str]:
        pattern: re.Pattern[str] = ApiGatewayResolver._compile_regex(rule, base_regex)
        return pattern

    def compose(self) -> None:
        """Compose every route; call it once, when all are included.

        Powertools composes a route at its first request, and two of those at once would leave it spoilt for ever.
        """
        for route in self.routes():
            route.body_field  # noqa: B018  # with it, what the route takes
            route._build_middleware_stack(self._router_middlewares, self)

    def routes(self) -> list[Route]:
        """Return every route."""
        return [*self._static_routes, *self._dynamic_routes]

    def methods_of(self, path: str) -> list[str]:
        """Return the HTTP methods that this path answers."""
        return sorted({route.method for route in self.routes() if route.rule.match(path)})

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
