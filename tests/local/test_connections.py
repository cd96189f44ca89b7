"""What a client may take: connections, time and a head's size; and that whoever behaves is served meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from infra.local import http_protocol
from infra.local.connections import Connections
from infra.local.http_protocol import Protocol

Read = Callable[..., Awaitable[bytes]]
OPENED: list[asyncio.StreamWriter] = []  # to be closed when the server is
LARGE = b"x" * 8_000_000
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the length of the body, once that is there; with much, where the path asks for that."""
    if scope["type"] != "http":
        return
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        if not message["more_body"]:
            break
    body = LARGE if scope["path"] == "/large" else str(size).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving(most: int = 10, most_of_one: int = 10) -> AsyncIterator[int]:
    """Serve `app` on a port."""
    config = uvicorn.Config(app, lifespan="off", log_level="error", timeout_keep_alive=5)
    config.load()
    state, connections = ServerState(), Connections(most, most_of_one)
    made = lambda: Protocol(config=config, server_state=state, app_state={}, open_connections=connections)  # noqa: E731
    server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        while OPENED:
            writer = OPENED.pop()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        await server.wait_closed()


async def connect(port: int, data: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    OPENED.append(writer)
    writer.write(data)
    return reader, writer


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        return b"reset"


def status(answer: bytes) -> int:
    return int(answer.split()[1])


def error(answer: bytes) -> str:
    body: dict[str, str] = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert set(body) == {"error", "message"}
    return body["error"]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"", None),
        (b"GET / HT", 408),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: ", 408),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345", 408),
    ],
)
def test_what_does_not_come_in_time_is_ended(sent: bytes, told: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.1)
    monkeypatch.setattr(http_protocol, "BODY_SECONDS", 0.1)

    async def run() -> bytes:
        async with serving() as port:
            reader, _ = await connect(port, sent)
            return await until_closed(reader)

    answer = asyncio.run(run())
    assert (status(answer) if answer else None) == told
    assert not answer or error(answer) == "request_timeout"


def test_a_client_that_keeps_pace_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its head within the head's time, its body within the body's, one request after another."""
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.4)

    async def run() -> bytes:
        async with serving() as port:
            reader, writer = await connect(port)
            for _ in range(3):
                for piece in (b"POST / HTTP/1.1\r\nHost: x\r\n", b"Content-Length: 4\r\n\r\n", b"12", b"34"):
                    await asyncio.sleep(0.1)
                    writer.write(piece)
                answer = await reader.readuntil(b"\r\n\r\n4")
            return answer

    assert status(asyncio.run(run())) == 200


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("kind", ["one header", "many headers", "path"])
def test_a_head_that_is_too_large_is_refused(kind: str, whole: bool) -> None:
    big = {
        "one header": b"GET / HTTP/1.1\r\nA: " + b"x" * 70_000,
        "many headers": b"GET / HTTP/1.1\r\n"
        + b"".join(b"A%d: %s\r\n" % (n, b"x" * 100) for n in range(700))
        + b"B: x",
        "path": b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nA: x",
    }[kind]

    async def run() -> bytes:
        async with serving() as port:
            reader, _ = await connect(port, big + (b"\r\n\r\n" if whole else b""))
            return await until_closed(reader)

    answer = asyncio.run(run())
    if answer != b"reset":  # it was still sending
        assert (status(answer), error(answer)) == (431, "head_too_large")


def test_a_long_body_is_no_head() -> None:
    async def run() -> bytes:
        async with serving() as port:
            request = (
                b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n" + b"x" * 300_000
            )
            reader, _ = await connect(port, request)
            return await until_closed(reader)

    answer = asyncio.run(run())
    assert (status(answer), answer[-6:]) == (200, b"300000")


def test_silent_connections_give_way_to_those_that_come() -> None:
    async def run() -> tuple[list[bytes], bytes]:
        async with serving(most=3) as port:
            silent = [await connect(port) for _ in range(3)]
            await asyncio.sleep(0.05)
            reader, _ = await connect(port, GET)
            answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n0"), 5)
            return [await until_closed(silent[0][0])], answer

    gone, answer = asyncio.run(run())
    assert status(answer) == 200
    assert gone in ([b""], [b"reset"])


def test_one_address_leaves_room_to_others() -> None:
    class Stub:
        def __init__(self, address: str) -> None:
            self.address = address
            self.ended = False

        def give_way(self) -> None:
            self.ended = True

    of = Connections(most=4, most_of_one=3)
    greedy = [Stub("a") for _ in range(4)]
    for each in greedy[:3]:
        assert of.enter(each)
        of.works(each)
    assert not of.enter(greedy[3])  # all of its own are at work
    other = Stub("b")
    assert of.enter(other)
    of.waits(greedy[1])
    assert of.enter(greedy[3])
    assert [each.ended for each in (*greedy, other)] == [False, True, False, False, False]
    third = Stub("c")
    assert of.enter(third)  # the one that has waited for longest gives way, whoever it is
    assert [each.ended for each in (greedy[3], other)] == [False, True]
    for each in (*greedy, other, third):
        of.leave(each)
    assert of.enter(Stub("a"))


def test_whoever_finds_no_room_is_told() -> None:
    async def run() -> bytes:
        async with serving(most=1) as port:
            await connect(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1")
            await asyncio.sleep(0.05)
            reader, _ = await connect(port, GET)
            return await until_closed(reader)

    answer = asyncio.run(run())
    assert (status(answer), error(answer)) == (503, "service_unavailable")
    assert b"retry-after" in answer


def test_one_who_reads_nothing_is_let_go_and_one_who_reads_slowly_isnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "STALL_SECONDS", 0.2)

    async def scenario() -> None:
        async with serving() as port:
            asked = GET.replace(b"/ ", b"/large ", 1)
            reader, _ = await connect(port, asked)
            silent, _ = await connect(port, asked)
            silent._transport.pause_reading()  # type: ignore[attr-defined]
            await reader.readuntil(b"\r\n\r\n")
            for _ in range(20):
                assert await reader.readexactly(len(LARGE) // 20)
                await asyncio.sleep(0.05)
            silent._transport.resume_reading()  # type: ignore[attr-defined]
            assert len(await silent.read()) < len(LARGE)

    asyncio.run(scenario())
