"""Webhooks: where a customer wants a job's end to be told, and what a job records of the telling."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

URL_CHARACTERS: Final = 2048
# A host, a port, a path and a query, in the characters that RFC 3986 has for them. No user, no fragment; nothing that
# could end a line of a request.
URL_PATTERN: Final = (
    r"^https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?"
    r"(/[A-Za-z0-9._~:/@!$&'()*+,;=%-]*)?(\?[A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?$"
)
SECRET_PREFIX: Final = "whsec_"  # noqa: S105  # what secrets begin with
SECRET_BYTES: Final = (24, 64)  # what Standard Webhooks allows

# Seconds from one try to the next: seven tries in about an hour. Each wait is up to a tenth longer, so that those
# that failed together don't come together again.
PAUSES: Final = (5, 60, 240, 600, 900, 1800)
TRIES: Final = len(PAUSES) + 1
GONE: Final = 410  # the receiver wants no more of it


def _url(text: str) -> str:
    """Refuse what isn't a plain URL of a host."""
    if not re.fullmatch(URL_PATTERN, text, re.ASCII):
        message = "must be a URL such as https://example.com/path, in ASCII, without user, password and fragment"
        raise PydanticCustomError("webhook_url", message)
    host = urlsplit(text).netloc
    try:
        if host.startswith("["):
            ipaddress.IPv6Address(host[1 : host.index("]")])
        port = urlsplit(text).port
    except ValueError:
        raise PydanticCustomError("webhook_url", "must have a host and a port that can exist") from None
    if port == 0:
        raise PydanticCustomError("webhook_url", "must have a host and a port that can exist")
    return text


def secret_bytes(text: str) -> bytes:
    """Return the bytes of a secret as Standard Webhooks writes them. Raises ValueError."""
    try:
        secret = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    least, most = SECRET_BYTES
    if not least <= len(secret) <= most:
        message = f"must be base64 of {least} to {most} bytes, with or without '{SECRET_PREFIX}' before it"
        raise ValueError(message)
    return secret


def secret_text(secret: bytes) -> str:
    """Return a secret as Standard Webhooks writes it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def _secret(text: str) -> str:
    try:
        secret_bytes(text)
    except ValueError as error:
        raise PydanticCustomError("webhook_secret", str(error)) from None
    return text


Url = Annotated[str, AfterValidator(_url)]


def _no_null(schema: dict[str, Any]) -> None:
    """Say what a secret is: null is the same as none."""
    field = schema["properties"]["secret"]
    field.pop("default")


class Webhook(BaseModel):
    """Where the Job is POSTed when it has ended. Unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, json_schema_extra=_no_null, hide_input_in_errors=True)

    url: Url = Field(
        max_length=URL_CHARACTERS,
        description="an https:// URL of a host that the internet can reach; redirects aren't followed",
        json_schema_extra={"pattern": URL_PATTERN},
    )
    secret: Annotated[str, AfterValidator(_secret)] | None = Field(
        None,
        repr=False,
        description="what the request is signed with: `whsec_` and base64 of 24 to 64 bytes; without it, the "
        "HMAC-SHA256 of the word `webhook` under the secret key",
    )


class DeliveryStatus(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"  # the job hasn't ended, or a try is to come
    DELIVERED = "delivered"
    FAILED = "failed"  # no try is left, or the receiver wants none


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try: the status that was answered, or why there is none."""

    status: int | None = None
    error: str | None = None

    @property
    def delivered(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def reason(self) -> str | None:
        """Why it isn't delivered."""
        if self.delivered or self.error:
            return self.error
        if self.status is not None and 300 <= self.status < 400:
            return f"the receiver answered {self.status}; redirects are not followed"
        return f"the receiver answered {self.status}"


class Delivery(BaseModel):
    """What a job records of its webhook. Times are unix milliseconds."""

    model_config = ConfigDict(frozen=True)

    url: str
    sealed_secret: str | None = Field(None, repr=False)
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0
    next_ms: int | None = 0  # of the next try; 0: as soon as the job has ended
    last_ms: int | None = None
    response_status: int | None = None
    error: str | None = None

    @property
    def step(self) -> str:
        """What tells this state of a delivery from those before and after it."""
        return f"{self.status} {self.attempts} {self.next_ms}"

    def begun(self, now: int, until: int) -> Delivery:
        """Return it with a try counted that is under way: another one may begin at `until`."""
        return self.model_copy(update={"attempts": self.attempts + 1, "last_ms": now, "next_ms": until})

    def tried(self, outcome: Outcome, now: int) -> Delivery:
        """Return it after a try that was counted. Once no more are to come, the secret is forgotten."""
        known = {"response_status": outcome.status, "error": outcome.reason}
        if outcome.delivered or outcome.status == GONE or self.attempts >= TRIES:
            status = DeliveryStatus.DELIVERED if outcome.delivered else DeliveryStatus.FAILED
            return self.model_copy(update={**known, "status": status, "next_ms": None, "sealed_secret": None})
        pause = PAUSES[max(self.attempts, 1) - 1] * (1 + random.random() / 10)  # noqa: S311  # no secret
        return self.model_copy(update={**known, "next_ms": now + int(pause * 1000)})

    def wire(self) -> dict[str, Any]:
        """Return what the customer sees of it."""
        ahead = self.next_ms if self.next_ms else None
        return {
            "url": self.url,
            "status": self.status,
            "attempts": self.attempts,
            "last_attempt_at": _seconds(self.last_ms),
            "next_attempt_at": _seconds(ahead),
            "response_status": self.response_status,
            "error": self.error,
        }


def _seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else milliseconds // 1000


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """Where a deployment's webhooks may go besides public addresses by https."""

    http: bool = False
    private: bool = False  # this machine, and private networks

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> WebhookRules:
        """Read the variables that `environment` writes; absent: neither."""
        return cls(environment.get("WEBHOOK_HTTP") == "1", environment.get("WEBHOOK_PRIVATE") == "1")

    def environment(self) -> dict[str, str]:
        """Return the variables that `from_environment` reads."""
        return {"WEBHOOK_HTTP": str(int(self.http)), "WEBHOOK_PRIVATE": str(int(self.private))}
