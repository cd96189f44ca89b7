"""What every answer has, whoever made it: the headers by which browsers let pages of allowed origins read it.

`answered` gives it to the answers of a Lambda handler, and Edge to those of a server, some of which no handler made.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from functions.core import cors
from functions.core.cors import Origins

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def answered(event: Mapping[str, Any], origins: Origins, answer: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the answer to an API Gateway event: that of a preflight, or what `answer` gives with what it lacks."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    preflight = origins.preflight(event["httpMethod"], headers)
    if preflight is not None:
        return {
            "statusCode": 204,
            "multiValueHeaders": {name: [value] for name, value in preflight.items()},
            "body": "",
        }
    response = answer()
    cors.add(response.setdefault("multiValueHeaders", {}), origins.answer(headers.get("origin")))
    return response


class Edge:
    """An ASGI application around the one that serves."""

    def __init__(self, app: Application, origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        preflight = self._origins.preflight(scope["method"], headers)
        if preflight is not None:
            await send({"type": "http.response.start", "status": 204, "headers": _encoded(preflight)})
            await send({"type": "http.response.body", "body": b""})
            return
        more = self._origins.answer(headers.get("origin"))

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _with(message.get("headers", []), more)}
            await send(message)

        await self._app(scope, receive, completed)


def _with(headers: list[tuple[bytes, bytes]], more: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers with those that it lacks."""
    found = {name.lower(): value for name, value in headers}
    if b"access-control-allow-origin" in found or b"origin" in found.get(b"vary", b"").lower():
        return headers  # the handler's own
    varies = [value for name, value in headers if name.lower() == b"vary"]
    kept = [(name, value) for name, value in headers if name.lower() != b"vary" or "Vary" not in more]
    added = _encoded(more)
    return kept + [(name, b", ".join([*varies, value]) if name == b"vary" else value) for name, value in added]


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
