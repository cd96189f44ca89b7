"""The ASGI face of handler(): used by the local server and by the long-wait Lambda.

A sync answer can take longer than a line is held silently. Status and headers are held back while the job
is young; after HOLD_SECONDS they go out as 200, then a space every SPACE_SECONDS (leading white space is
valid JSON), and the body when it is there.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from functions.api import errors
from functions.api.asgi import Receive, Scope, Send
from functions.api.buffer import Buffer
from functions.api.event_stream import EventStreams
from functions.api.running import AWAITED, STREAMED, STREAMS
from functions.core import limits
from functions.core.errors import BusyError

HOLD_SECONDS: Final = 240.0
SPACE_SECONDS: Final = 60.0
STREAM_SECONDS: Final = 840.0  # of events, after which the client comes again: a function's line has 900
BUFFER_BYTES: Final = 64 * 1024 * 1024  # of bodies that are read or looked at, all together
SMALL_BYTES: Final = 16 * 1024  # a body that is no longer than this isn't counted

Handler = Callable[[dict[str, Any]], dict[str, Any]]
AwaitEnd = Callable[[str], Awaitable[Mapping[str, Any]]]  # returns a sync caller's body once the job has ended


@dataclass(slots=True)
class _Event:
    """A request as the handler takes it, and the room that it has in the buffer."""

    fields: dict[str, Any]
    room: int


class StreamingApp:
    """An ASGI application that answers each request by one call of a Lambda proxy handler in a thread."""

    def __init__(
        self,
        handler: Handler,
        executor: Executor,
        await_end: AwaitEnd | None = None,
        buffer: Buffer | None = None,
        hold_seconds: float = HOLD_SECONDS,
        space_seconds: float = SPACE_SECONDS,
        stream_seconds: float = STREAM_SECONDS,
    ) -> None:
        self._handler = handler
        self._executor = executor
        self._await_end = await_end
        self._buffer = buffer or Buffer(BUFFER_BYTES)
        self._hold_seconds = hold_seconds
        self._space_seconds = space_seconds
        self._stream_seconds = stream_seconds
        self._streams: EventStreams | None = None  # made in the event loop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; other scopes (lifespan) aren't served."""
        if scope["type"] != "http":
            return
        event = await self._event(scope, receive)
        if event is None:
            await _send_whole(send, _too_large())
            return
        answer = asyncio.ensure_future(self._answer(event))
        del event  # it holds the body, which nobody needs while a job runs
        try:
            done, _ = await asyncio.wait({answer}, timeout=self._hold_seconds)
        except asyncio.CancelledError:  # the server ends
            await _send_whole(send, _going())
            return
        if done and STREAMED in answer.result():
            with suppress(asyncio.CancelledError):  # the server ends; the client comes again
                await self._send_events(receive, send, answer.result())
        elif done:
            await _send_whole(send, answer.result())
        else:
            await self._stream(send, answer)

    async def _event(self, scope: Scope, receive: Receive) -> _Event | None:
        """Read a request, once there is room for its body; None where that is too long.

        A body that announces too much is refused before it is read; the server drops what comes of it.
        """
        announced = _announced(scope)
        if announced > limits.BODY_BYTES:
            return None
        room = announced if announced > SMALL_BYTES else 0
        await self._buffer.take(room)
        try:
            body = await _read_body(receive)
        except BaseException:
            self._buffer.give(room)
            raise
        if body is None:
            self._buffer.give(room)
            return None
        return _Event(_event(scope, body), room)

    async def _answer(self, event: _Event) -> dict[str, Any]:
        """Have the handler answer in a thread; where it leaves the waiting to us, wait here, without one."""
        try:
            response = await asyncio.get_running_loop().run_in_executor(self._executor, self._handler, event.fields)
        finally:
            self._buffer.give(event.room)
            del event
        if self._await_end and AWAITED in response:
            response["body"] = errors.encode(await self._await_end(response[AWAITED]))
        return response

    async def _send_events(self, receive: Receive, send: Send, response: Mapping[str, Any]) -> None:
        """Send a job's events as they happen, until the client goes or the server ends."""
        if self._streams is None:
            self._streams = EventStreams()

        async def write(piece: bytes) -> None:
            await asyncio.sleep(0)  # others have their turn, and one whose client has gone ends here
            await send({"type": "http.response.body", "body": piece, "more_body": True})

        headers = _encoded(_headers(response))
        await send({"type": "http.response.start", "status": response["statusCode"], "headers": headers})
        sending = asyncio.ensure_future(self._streams.send(response[STREAMED], write, self._stream_seconds))
        leaving = asyncio.ensure_future(_disconnected(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
        if not sending.cancelled() and (failure := sending.exception()):
            raise failure
        await send({"type": "http.response.body", "body": b""})

    async def _stream(self, send: Send, answer: asyncio.Future[dict[str, Any]]) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while True:
            await send({"type": "http.response.body", "body": b" ", "more_body": True})
            done, _ = await asyncio.wait({answer}, timeout=self._space_seconds)
            if done:
                await send({"type": "http.response.body", "body": _body(answer.result())})
                return


def _announced(scope: Scope) -> int:
    """Return the length that a request gives its body; the most that it may have where it comes in chunks."""
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:
        return limits.BODY_BYTES
    return int(headers.get(b"content-length", 0))


async def _read_body(receive: Receive) -> bytes | None:
    """Return the request's body, or None when it is over the limit (the rest is read and dropped)."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        part: bytes = message.get("body", b"")
        size += len(part)
        if size <= limits.BODY_BYTES:
            parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts) if size <= limits.BODY_BYTES else None


def _event(scope: Scope, body: bytes) -> dict[str, Any]:
    """Return the API Gateway REST proxy event of an ASGI request."""
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").title(), []).append(value.decode("latin-1"))
    raw_query = scope["query_string"].decode("latin-1")
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(raw_query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    path = scope["path"]  # decoded already
    return {
        "resource": path,
        "path": path,
        "httpMethod": scope["method"],
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "rawQueryString": raw_query,
        STREAMS: True,
        "requestContext": {"path": path, "httpMethod": scope["method"], "stage": "$default"},
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def _too_large() -> dict[str, Any]:
    message = f"The request is larger than {limits.BODY_BYTES} bytes; send large input files through POST /uploads."
    response = errors.error_response(413, "payload_too_large", message)
    return {"statusCode": 413, "headers": response.headers, "body": errors.encode(response.body)}


def _going() -> dict[str, Any]:
    response = errors.to_response(BusyError("The service is being stopped; try again in a few seconds."))
    headers = {**response.headers, "Content-Type": "application/json"}
    return {"statusCode": response.status_code, "headers": headers, "body": errors.encode(response.body)}


def _body(response: Mapping[str, Any]) -> bytes:
    body = response.get("body") or ""
    return base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()


async def _send_whole(send: Send, response: Mapping[str, Any]) -> None:
    content = _body(response)
    headers = {**_headers(response), "Content-Length": str(len(content))}
    await send({"type": "http.response.start", "status": response["statusCode"], "headers": _encoded(headers)})
    await send({"type": "http.response.body", "body": content})


def _headers(response: Mapping[str, Any]) -> dict[str, str]:
    headers = {name: str(value) for name, value in (response.get("headers") or {}).items()}
    return headers | {name: ", ".join(each) for name, each in (response.get("multiValueHeaders") or {}).items()}


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


async def _disconnected(receive: Receive) -> None:
    """Wait until the client has gone; its request has come whole."""
    while (await receive())["type"] != "http.disconnect":
        pass
