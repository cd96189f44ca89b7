"""The ASGI face: a whole answer while the request is young, then a held line that is still valid JSON."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from functions.api.streaming import StreamingApp
from functions.core import limits

Message = MutableMapping[str, Any]


def ask(
    handler: Callable[[dict[str, Any]], dict[str, Any]],
    *parts: bytes,
    hold_seconds: float = 10,
    path: str = "/run",
    query: bytes = b"ttl=5&args=a&args=b%20c&empty=",
) -> list[Message]:
    """Send one request through the app and return what it sends back."""
    sent: list[Message] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": query,
        "headers": [(b"content-type", b"text/plain"), (b"x-a", b"1"), (b"x-a", b"2")],
    }
    messages = [
        {"type": "http.request", "body": part, "more_body": number < len(parts) - 1}
        for number, part in enumerate(parts)
    ]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as executor:
        app = StreamingApp(handler, executor, hold_seconds=hold_seconds, space_seconds=0.01)
        asyncio.run(app(scope, receive, send))
    return sent


def answer(body: str, status: int = 200) -> dict[str, Any]:
    return {"statusCode": status, "body": body, "multiValueHeaders": {"Content-Type": ["application/json"]}}


def test_the_handler_gets_the_event_that_api_gateway_would_send() -> None:
    events: list[dict[str, Any]] = []

    def handler(event: dict[str, Any]) -> dict[str, Any]:
        events.append(event)
        return answer("{}")

    ask(handler, b"#!/bin/sh\n", b"\xff")
    (event,) = events
    assert (event["httpMethod"], event["path"]) == ("POST", "/run")
    assert base64.b64decode(event["body"]) == b"#!/bin/sh\n\xff"
    assert event["isBase64Encoded"] is True
    assert event["multiValueQueryStringParameters"] == {"ttl": ["5"], "args": ["a", "b c"], "empty": [""]}
    assert event["multiValueHeaders"]["X-A"] == ["1", "2"]
    assert event["rawQueryString"] == "ttl=5&args=a&args=b%20c&empty="


def test_a_quick_answer_is_sent_whole_with_its_own_status() -> None:
    start, body = ask(lambda _: answer('{"error":"x"}', 422), b"")
    assert start["status"] == 422
    assert dict(start["headers"])[b"content-length"] == b"13"
    assert body["body"] == b'{"error":"x"}'


def test_a_slow_answer_is_held_with_spaces_and_is_still_json() -> None:
    release = threading.Event()

    def handler(_: dict[str, Any]) -> dict[str, Any]:
        release.wait(5)
        return answer('{"status": "completed"}')

    threading.Timer(0.2, release.set).start()
    start, *rest = ask(handler, b"", hold_seconds=0.01)
    spaces = sum(1 for message in rest if message["body"] == b" ")
    assert start["status"] == 200
    assert spaces >= 2
    assert not rest[-1].get("more_body", False)
    text = b"".join(message["body"] for message in rest)
    assert json.loads(text) == {"status": "completed"}


def test_a_request_over_the_limit_never_reaches_the_handler() -> None:
    def handler(_: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError

    part = b"x" * (limits.BODY_BYTES // 2 + 1)
    start, body = ask(handler, part, part)
    assert start["status"] == 413
    assert json.loads(body["body"])["error"] == "payload_too_large"
    assert "/uploads" in json.loads(body["body"])["message"]


def test_a_caller_who_waits_while_the_server_ends_is_told_so() -> None:
    sent: list[Message] = []
    released = threading.Event()

    def handler(_: dict[str, Any]) -> dict[str, Any]:
        released.wait(10)
        return answer("late")

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    async def end_early() -> None:
        scope = {"type": "http", "method": "POST", "path": "/run", "query_string": b"", "headers": []}
        task = asyncio.ensure_future(StreamingApp(handler, executor)(scope, receive, send))
        await asyncio.sleep(0.05)
        task.cancel()
        await task

    with ThreadPoolExecutor(1) as executor:
        asyncio.run(end_early())
        released.set()
    assert sent[0]["status"] == 503
    assert dict(sent[0]["headers"])[b"retry-after"]
    assert json.loads(sent[1]["body"])["error"] == "service_unavailable"
