"""The one error shape, and the one place where failures become HTTP statuses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import ValidationError

from functions.api import request_id
from functions.core.errors import (
    BusyError,
    ConcurrencyLimitError,
    FullError,
    IdempotencyKeyReusedError,
    InvalidFieldError,
    JobNotActiveError,
    LanguageNotDetectedError,
    NotFoundError,
    RateLimitError,
    RefusedBeforeError,
    ServiceError,
    SignatureReusedError,
    StdinFullError,
    StdinNotOpenError,
    StorageError,
    TooLargeError,
    UnauthorizedError,
    UnavailableError,
    UnknownLanguageError,
)
from functions.core.fields import TOO_LARGE
from functions.core.job import BAD_BASE64
from functions.core.quotas import Rate

logger = Logger(service="api")


class BadRequestError(ServiceError):
    """A body that can't be read at all."""


class NotAnObjectError(ServiceError):
    """A JSON body of another type."""

    def __init__(self, what: str = "The body") -> None:
        super().__init__(f"{what} must be a JSON object.")


class UnsupportedMediaTypeError(ServiceError):
    """A content type, or an encoding of it, that the route doesn't take."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.headers = headers or {}


class MethodNotAllowedError(ServiceError):
    """A path that exists, for other methods."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = ", ".join(allowed)
        super().__init__(f"This path answers {self.allowed} only.")


_STATUSES: Final[Mapping[type[ServiceError], tuple[int, str]]] = {
    BadRequestError: (400, "bad_request"),
    UnauthorizedError: (401, "unauthorized"),
    NotFoundError: (404, "not_found"),
    MethodNotAllowedError: (405, "method_not_allowed"),
    JobNotActiveError: (409, "job_not_active"),
    StdinNotOpenError: (409, "stdin_not_open"),
    RefusedBeforeError: (409, "refused_before"),
    IdempotencyKeyReusedError: (409, "idempotency_key_reused"),
    SignatureReusedError: (409, "signature_reused"),
    TooLargeError: (413, "payload_too_large"),
    UnsupportedMediaTypeError: (415, "unsupported_media_type"),
    NotAnObjectError: (422, "validation_error"),
    InvalidFieldError: (422, "validation_error"),
    UnknownLanguageError: (422, "unknown_language"),
    UnavailableError: (422, "not_available"),
    LanguageNotDetectedError: (422, "language_not_detected"),
    StdinFullError: (429, "stdin_full"),
    RateLimitError: (429, "rate_limit_exceeded"),
    ConcurrencyLimitError: (429, "concurrency_limit_reached"),
    BusyError: (503, "service_unavailable"),
}


_UNANSWERED: Final = "The service can't take this right now; try again in a few seconds."
_FULL: Final = "The service's disk is full, so it takes nothing new; its operator has to make room."


def codes() -> dict[int, dict[str, str]]:
    """Return every status with its error codes, each with a sentence that explains it."""
    by_status: dict[int, dict[str, str]] = {500: {"internal_error": "Something failed on our side."}}
    for kind, (status, code) in _STATUSES.items():
        meaning = (kind.__doc__ or "").partition("\n")[0]
        by_status.setdefault(status, {}).setdefault(code, meaning)
    return by_status


def to_response(error: Exception) -> Response[Any]:
    """Return the HTTP answer to any failure; what isn't the customer's to know goes to the log."""
    if isinstance(error, (RequestValidationError, ValidationError)):
        return _invalid(error)
    if isinstance(error, UnicodeDecodeError):
        error = BadRequestError("The body must be UTF-8.")
    elif isinstance(error, StorageError):
        logger.exception("the storage refused or didn't answer", request_id=request_id.current())
        error = BusyError(_FULL if isinstance(error, FullError) else _UNANSWERED)
    if isinstance(error, ServiceError):
        return _service_error(error)
    logger.exception("unexpected failure", request_id=request_id.current())
    return error_response(500, "internal_error", "Something failed on our side; try again, or report it.")


def body_of(error: Exception) -> dict[str, Any]:
    """Return the JSON object that answers a failure, for one of many in an answer."""
    body: dict[str, Any] = to_response(error).body or {}
    return body


def _service_error(error: ServiceError) -> Response[Any]:
    status, code = _STATUSES[type(error)]
    extra: dict[str, Any] = {}
    headers: dict[str, str | list[str]] = {}
    match error:
        case JobNotActiveError():
            extra["status"] = error.status
        case UnknownLanguageError():
            extra["details"] = [{"field": "language", "message": str(error), "close_matches": error.close}]
        case NotAnObjectError():
            extra["details"] = [{"field": "body", "message": str(error)}]
        case UnavailableError() | InvalidFieldError():
            extra["details"] = [{"field": error.field, "message": str(error)}]
        case MethodNotAllowedError():
            headers["Allow"] = error.allowed
        case UnsupportedMediaTypeError():
            headers |= error.headers
        case StdinFullError():
            headers["Retry-After"] = "2"
        case UnauthorizedError():
            headers["WWW-Authenticate"] = "Bearer"
        case RateLimitError():
            headers |= {"Retry-After": str(error.rate.retry_after), **rate_headers(error.rate)}
        case ConcurrencyLimitError():
            extra |= {"active_executions": error.active, "concurrency_limit": error.limit}
            headers |= {"Retry-After": "1", **rate_headers(error.rate)}
        case BusyError():
            headers["Retry-After"] = "5"
        case _:
            pass
    return error_response(status, code, str(error), extra, headers)


def rate_headers(rate: Rate) -> dict[str, str]:
    """Return the headers that tell a key's holder what it has left."""
    return {
        "X-RateLimit-Limit": str(rate.limit),
        "X-RateLimit-Remaining": str(rate.remaining),
        "X-RateLimit-Reset": str(rate.reset_seconds),
    }


def _invalid(error: RequestValidationError | ValidationError) -> Response[Any]:
    """Answer 413, 400 or 422 to input that breaks a rule, each problem named by its field."""
    problems = error.errors()
    details = [{"field": _field(each["loc"]), "message": _in_words_of_json(each)} for each in problems]
    kinds = {each["type"] for each in problems}
    first = details[0]
    where = f"{first['field']}: "
    if TOO_LARGE in kinds:
        status, code = 413, "payload_too_large"
    elif BAD_BASE64 in kinds:
        status, code = 400, "bad_request"
    else:
        status, code = 422, "validation_error"
    return error_response(status, code, f"{where}{first['message']}.", {"details": details})


def _in_words_of_json(problem: Mapping[str, Any]) -> str:
    """Return what is wrong; pydantic's own messages name Python's types."""
    if problem["type"] == "too_long":
        return f"Array or object should have at most {problem['ctx']['max_length']} elements"
    return _JSON_WORDS.get(problem["type"], str(problem["msg"]))


_JSON_WORDS: Final = {
    "tuple_type": "Input should be an array",
    "dict_type": "Input should be an object",
    "model_type": "Input should be an object",
    "model_attributes_type": "Input should be an object",
    "string_unicode": "must be valid Unicode, without lone surrogates",
    "missing": "is required, and can't be null",
    "string_type": "Input should be a string: send it in double quotes",
    "int_type": "Input should be a whole number: send it without quotes",
    "bool_type": "Input should be true or false: send it without quotes",
}


def _field(location: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in location if part not in ("body", "query", "path")) or "body"


def error_response(
    status: int,
    code: str,
    message: str,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str | list[str]] | None = None,
) -> Response[Any]:
    """Return the one error shape: `{"error", "message", "details"?, …}`."""
    body = {"error": code, "message": message, **(extra or {})}
    return Response(status, "application/json", body, headers=dict(headers or {}))


def encode(body: Any) -> str:
    """Return the JSON text of an answer."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
