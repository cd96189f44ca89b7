"""Errors that API Gateway makes itself, in our one error shape: its own texts can name ARNs."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from aws_cdk import aws_apigateway as apigateway

from functions.core import cors

RETRY_SECONDS: Final = 5


class GatewayError(NamedTuple):
    """What a caller gets; `status` None keeps the gateway's."""

    status: int | None
    code: str
    message: str


_BUSY: Final = GatewayError(
    503, "service_unavailable", "The service can't take this now; try again in a few seconds."
)
_RATE: Final = GatewayError(429, "rate_limit_exceeded", "The service is busy; try again in a few seconds.")
_NO_ROUTE: Final = GatewayError(404, "not_found", "There is no such route; GET /openapi.json lists them.")

GATEWAY_ERRORS: Final = {
    "DEFAULT_4XX": GatewayError(None, "bad_request", "The request was refused before it reached the service."),
    "DEFAULT_5XX": GatewayError(None, "service_unavailable", _BUSY.message),
    "THROTTLED": _RATE,
    "QUOTA_EXCEEDED": _RATE,
    "WAF_FILTERED": _RATE,
    "REQUEST_TOO_LARGE": GatewayError(
        413,
        "payload_too_large",
        "The request is too large: it may have 4.7 MB, and so 3.5 MB of files; send more through POST /uploads.",
    ),
    "UNSUPPORTED_MEDIA_TYPE": GatewayError(415, "unsupported_media_type", "This content type isn't taken."),
    "MISSING_AUTHENTICATION_TOKEN": _NO_ROUTE,
    "RESOURCE_NOT_FOUND": _NO_ROUTE,
    "INTEGRATION_FAILURE": _BUSY,
    "INTEGRATION_TIMEOUT": GatewayError(503, "service_unavailable", "The answer took too long; see GET /jobs."),
}


def add_to(api: apigateway.RestApi, *, for_pages: bool) -> None:
    """Make an API answer so; `for_pages`: to be read by pages, of every origin, for these texts are no secret."""
    shown = {"Access-Control-Allow-Origin": f"'{cors.ANY}'"} if for_pages else {}
    for name, error in GATEWAY_ERRORS.items():
        headers = {"X-Request-Id": "context.requestId", **shown}
        if error.status in (429, 503):
            headers |= {"Retry-After": f"'{RETRY_SECONDS}'"}
            headers |= {"Access-Control-Expose-Headers": f"'{cors.ANSWER_HEADERS}'"} if for_pages else {}
        api.add_gateway_response(
            name.title().replace("_", ""),
            type=apigateway.ResponseType.of(name),
            status_code=str(error.status) if error.status else None,
            response_headers=headers,
            templates={"application/json": json.dumps({"error": error.code, "message": error.message})},
        )
