"""Strangers: a request whose key nobody knows may send a short body only; that is looked at while it comes."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, Final

from functions.api import errors
from functions.api.asgi import Receive, Scope, Send
from functions.api.streaming import StreamingApp
from functions.core.errors import UnauthorizedError
from functions.core.keys import REFUSED

MOST_BYTES: Final = 64 * 1024


class _StrangerError(Exception):
    """A stranger's body is too long."""


class Strangers:
    """Hands requests on. `recognizes` says of an Authorization header whether it names a key that there is."""

    def __init__(self, app: StreamingApp, recognizes: Callable[[str], bool]) -> None:
        self._app = app
        self._recognizes = recognizes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        came, known = 0, False

        async def metered() -> MutableMapping[str, Any]:
            nonlocal came, known
            message = await receive()
            came += len(message.get("body", b""))
            if came > MOST_BYTES and not known:
                known = self._recognizes(_authorization(scope))
                if not known:
                    raise _StrangerError
            return message

        try:
            await self._app(scope, metered, send)
        except _StrangerError:
            await _refuse(send)


def _authorization(scope: Scope) -> str:
    values: list[str] = [value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"]
    return values[-1] if values else ""


async def _refuse(send: Send) -> None:
    response = errors.to_response(UnauthorizedError(REFUSED))
    body = errors.encode(response.body).encode()
    headers = {**response.headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
    encoded = [(name.lower().encode(), str(value).encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 401, "headers": [*encoded, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": body})
