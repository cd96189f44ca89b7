"""What every answer has, whoever made it: X-Request-Id, and what lets pages of allowed origins read it in browsers.

`answered` gives it to the answers of a Lambda handler, and Edge to those of a server, some of which no handler made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from functions.api import request_id as ids
from functions.api.asgi import Application, Message, Receive, Scope, Send
from functions.core import cors
from functions.core.cors import Origins


def answered(event: Mapping[str, Any], origins: Origins, answer: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the answer to an API Gateway event: that of a preflight, or what `answer` gives with what it lacks."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    request_id = ids.of_event(event, headers)
    preflight = origins.preflight(event["httpMethod"], headers)
    if preflight is not None:
        listed = {name: [value] for name, value in {**preflight, ids.HEADER: request_id}.items()}
        return {"statusCode": 204, "multiValueHeaders": listed, "body": ""}
    with ids.serving(request_id):
        response = answer()
    made = response.setdefault("multiValueHeaders", {})
    made[ids.HEADER] = [request_id]
    cors.add(made, origins.answer(headers.get("origin")))
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
        request_id = ids.of_headers(headers)
        more = {ids.HEADER: request_id, **self._origins.answer(headers.get("origin"))}
        preflight = self._origins.preflight(scope["method"], headers)
        if preflight is not None:
            await send({"type": "http.response.start", "status": 204, "headers": _encoded({**preflight, **more})})
            await send({"type": "http.response.body", "body": b""})
            return

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _with(message.get("headers", []), more)}
            await send(message)

        await self._app(_named(scope, request_id), receive, completed)


def _named(scope: Scope, request_id: str) -> Scope:
    """Return a request that has its id among its headers."""
    name = ids.HEADER.lower().encode()
    kept = [(each, value) for each, value in scope["headers"] if each != name]
    return {**scope, "headers": [*kept, (name, request_id.encode())]}


def _with(headers: list[tuple[bytes, bytes]], more: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers with those that it lacks; it varies by what either says."""
    found = {name.lower(): value for name, value in headers}
    varies = found.get(b"vary", b"")
    lacking = [(name, value) for name, value in _encoded(more) if name not in found and name != b"vary"]
    if "Vary" not in more or b"origin" in varies.lower():
        return [*headers, *lacking]
    kept = [(name, value) for name, value in headers if name.lower() != b"vary"]
    return [*kept, *lacking, (b"vary", b", ".join(filter(None, (varies, more["Vary"].encode()))))]


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
