"""CORS: which web applications' pages may call the API, and what browsers are told of it.

A page sends its key in a header, and no cookie counts here, so answers need no Access-Control-Allow-Credentials.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

ANY: Final = "*"
ORIGIN: Final = re.compile(r"https?://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
VARIABLE: Final = "CORS_ORIGINS"
METHODS: Final = "GET, HEAD, POST, DELETE"
REQUEST_HEADERS: Final = (
    "Accept, Authorization, Content-Encoding, Content-Type, Idempotency-Key, Last-Event-ID, X-Request-Id, "
    "X-Signature, X-Timestamp"
)
ANSWER_HEADERS: Final = "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id"
KEPT_SECONDS: Final = 7200  # Chromium keeps no preflight for longer


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins whose pages may read answers; `*` is every one."""

    allowed: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, origins: Iterable[str]) -> Self:
        """Return these origins. Raises ValueError that names one which is none."""
        found = frozenset(origins)
        for origin in found:
            if origin != ANY and not ORIGIN.fullmatch(origin):
                message = f"{origin!r} is no origin: write it as browsers do, such as https://app.example.org, or *"
                raise ValueError(message)
        return cls(found)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read CORS_ORIGINS, origins with blanks between them."""
        return cls.parse(environment.get(VARIABLE, "").split())

    def allow(self, origin: str | None) -> bool:
        """Whether pages of this origin may call."""
        return ANY in self.allowed or origin in self.allowed

    def answer(self, origin: str | None) -> dict[str, str]:
        """Return the headers of every answer to a request with this Origin header."""
        if not self.allowed:
            return {}
        if ANY in self.allowed:
            return {"Access-Control-Allow-Origin": ANY, "Access-Control-Expose-Headers": ANSWER_HEADERS}
        if origin not in self.allowed:
            return {"Vary": "Origin"}
        return {
            "Access-Control-Allow-Origin": str(origin),
            "Access-Control-Expose-Headers": ANSWER_HEADERS,
            "Vary": "Origin",
        }

    def preflight(self, method: str, headers: Mapping[str, str]) -> dict[str, str] | None:
        """Return the headers of the answer to a preflight of an allowed page; None for any other request.

        `headers` by their names in lower case.
        """
        origin = headers.get("origin")
        if method != "OPTIONS" or origin is None or "access-control-request-method" not in headers:
            return None
        allowed = self.answer(origin)
        if "Access-Control-Allow-Origin" not in allowed:
            return None
        return {
            **allowed,
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": REQUEST_HEADERS,
            "Access-Control-Max-Age": str(KEPT_SECONDS),
        }


NONE: Final = Origins()


def add(headers: dict[str, Any], more: Mapping[str, str]) -> None:
    """Add headers to an answer's, whose values are lists; what it varies by already, it still does."""
    for name, value in more.items():
        if name == "Vary" and headers.get(name):
            headers[name] = [", ".join([*headers[name], value])]
        else:
            headers[name] = [value]
