"""OwnPages: of web pages, the rehearsal's API serves its own alone, whatever name others have had resolve to here."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from functions.api import errors
from functions.api.asgi import Receive, Scope, Send
from functions.api.streaming import StreamingApp
from functions.core import cors
from functions.core.cors import Origins

LOCALHOST: Final = "localhost"
HOST: Final = "This service is reached by its address or as localhost, not by the name that the request came to."
ORIGIN: Final = "Web pages of other sites may not use this service."


class OwnPages:
    """An ASGI application that hands requests on; 403 to those with the Host or the Origin of another site.

    A page can have its site's name resolve to this machine, but never make its browser send an address as Host.
    """

    def __init__(self, app: StreamingApp, names: Collection[str] = (), origins: Origins = cors.NONE) -> None:
        """Make it; `names` are those that the service is reached by, beside localhost; `origins` may call it too."""
        self._app = app
        self._origins = origins
        self._names = {LOCALHOST, *names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = {name: value.decode("latin-1") for name, value in scope.get("headers", ())}
        host, origin = headers.get(b"host"), headers.get(b"origin")
        if host is not None and not self._is_own(host):
            await _refuse(send, HOST)
        elif not (origin in (None, f"http://{host}", f"https://{host}") or self._origins.allow(origin)):
            await _refuse(send, ORIGIN)
        else:
            await self._app(scope, receive, send)

    def _is_own(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


async def _refuse(send: Send, message: str) -> None:
    body = errors.encode({"error": "forbidden", "message": message}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": body})
