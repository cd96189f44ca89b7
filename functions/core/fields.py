"""Types of requests' fields, each with what makes its values valid."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt
from pydantic_core import PydanticCustomError

from functions.core import limits

ENV_NAME: Final = "[A-Za-z_][A-Za-z0-9_]*"
# A Pydantic error type that isn't a 422: the API maps it to 413.
TOO_LARGE: Final = "too_large"


def at_most(size: int, what: str, advice: str) -> AfterValidator:
    """Refuse a text of more than `size` UTF-8 bytes as too large."""

    def check(text: str) -> str:
        if len(text.encode()) > size:
            message = "{what} is larger than {limit} bytes; {advice}"
            raise PydanticCustomError(TOO_LARGE, message, {"what": what, "limit": size, "advice": advice})
        return text

    return AfterValidator(check)


def encodable(text: str) -> str:
    """Refuse lone surrogates: JSON can write them, no file or argument can hold them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("not_unicode", "must be valid Unicode, without lone surrogates") from None
    return text


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul_character", "must not contain a NUL character")
    return text


def whole_number(value: object) -> object:
    """Take 5.0 as 5: to JSON, and so to the languages that write all numbers as floats, they are the same."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _safe_env(env: dict[str, str]) -> dict[str, str]:
    for name in env:
        if not re.fullmatch(ENV_NAME, name, re.ASCII):
            raise PydanticCustomError("env_name", f"names must match {ENV_NAME}")
    if sum(len(name) + len(value.encode()) for name, value in env.items()) > limits.ENV_BYTES:
        raise PydanticCustomError("env_size", "must be at most 64 KiB in all")
    return env


def _short_args(args: tuple[str, ...]) -> tuple[str, ...]:
    if sum(len(argument.encode()) for argument in args) > limits.ARGS_BYTES:
        raise PydanticCustomError("args_size", "must be at most 64 KiB in all")
    return args


Text = Annotated[str, AfterValidator(encodable)]
Argument = Annotated[str, AfterValidator(encodable), AfterValidator(_no_nul)]
Env = Annotated[dict[str, Argument], AfterValidator(_safe_env)]
Args = Annotated[tuple[Argument, ...], AfterValidator(_short_args)]
Ttl = Annotated[StrictInt, Field(ge=1, le=limits.TTL_MAX), BeforeValidator(whole_number)]
