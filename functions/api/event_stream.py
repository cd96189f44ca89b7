"""Sends a job's events as `text/event-stream`, at the pace of whoever reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Final

from functions.api.buffer import Buffer
from functions.core import events
from functions.core.errors import StorageError
from functions.core.events import Event, Feed, Position
from functions.core.job import ACTIVE

MEDIA_TYPE: Final = "text/event-stream"
HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
FIRST: Final = b"retry: 2000\n\n"  # milliseconds, after which a client whose line has ended comes again
COMMENT: Final = b":\n\n"
PIECE_BYTES: Final = 16 * 1024  # written at once
SMALL_BYTES: Final = 64 * 1024  # that a result is taken to have, until its size is known
RESULTS_BYTES: Final = 64 * 1024 * 1024  # of results that are being sent, all together
LOADED_AT_ONCE: Final = 4
PATIENCE_SECONDS: Final = 0.2  # for a piece of a result to be taken
FULL: Final = "The service can't hold this line now; ask again with Last-Event-ID in a few seconds."
UNREADABLE: Final = "The service can't read the job right now; ask again with Last-Event-ID in a few seconds."

Write = Callable[[bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Following:
    """A request for a job's events: how to follow it, and from where on."""

    open: Callable[[], Feed]
    position: Position


class EventStreams:
    """The streams of one server. Used in one event loop alone."""

    def __init__(self) -> None:
        self._room = Buffer(RESULTS_BYTES)
        self._loading = asyncio.Semaphore(LOADED_AT_ONCE)

    async def send(self, following: Following, write: Write, seconds: float) -> None:
        """Write events until the job has ended, or for so long; then the client comes again."""
        await write(FIRST)
        told = _Told(following.position)
        feed = following.open()
        try:
            async with asyncio.timeout(seconds):
                await self._send(feed, told, write)
        except StorageError:
            await write(_error(UNREADABLE, feed, told.position))
        except TimeoutError:
            return
        finally:
            await feed.close()

    async def _send(self, feed: Feed, told: _Told, write: Write) -> None:
        async with aclosing(events.running(feed, told.position)) as happening:
            async for event in happening:
                if event is None:
                    await write(COMMENT)
                else:
                    await _in_pieces(event.frame(), write)
                    told.position = event.position
        if await feed.status() in ACTIVE:
            await write(_error(FULL, feed, told.position))
        else:
            await self._end(feed, told.position, write)

    async def _end(self, feed: Feed, position: Position, write: Write) -> None:
        """Write what an ended job's record tells.

        It is in memory only while the client reads it: for whoever stops, it is loaded again when he goes on.
        """
        sent, size = 0, 0  # bytes of it; its size is known once it has been seen
        while True:
            await write(b"")  # returns when the client has read nearly all that was written
            held = max(size, SMALL_BYTES)
            await self._room.take(held)
            try:
                rest = memoryview(await self._record(feed, position))
                if len(rest) <= held:
                    sent = await _while_read(rest, sent, write)
                    if sent == len(rest):
                        return
                size = len(rest)
                del rest
            except StorageError:
                if not sent:
                    raise
                return  # within an event, which the client drops, as its end doesn't come
            finally:
                self._room.give(held)

    async def _record(self, feed: Feed, position: Position) -> bytes:
        """Return the frames of an ended job's record, the same each time."""
        async with self._loading:
            result = await feed.result()
            if result is None:
                raise StorageError(UNREADABLE)
            return await asyncio.to_thread(_frames, result, position)


@dataclass(slots=True)
class _Told:
    """How far a client was told."""

    position: Position


async def _while_read(content: memoryview, sent: int, write: Write) -> int:
    """Write content from an offset on while the client reads; return how much is written then."""
    with suppress(TimeoutError):
        while sent < len(content):
            async with asyncio.timeout(PATIENCE_SECONDS):  # it may end before a piece is written, and not within
                await write(bytes(content[sent : sent + PIECE_BYTES]))
            sent = min(sent + PIECE_BYTES, len(content))
    return sent


async def collected(following: Following, seconds: float, most: int) -> bytes:
    """Return what a server that can't stream answers: the events of so long, one or at most so many bytes."""
    told = bytearray(FIRST)
    feed = following.open()
    try:
        async with asyncio.timeout(seconds), aclosing(_whole(feed, following.position)) as happening:
            async for frame in happening:
                if len(told) > len(FIRST) and len(told) + len(frame) > most:
                    break
                told += frame
    except TimeoutError:
        pass  # the client comes again
    finally:
        await feed.close()
    return bytes(told)


async def _whole(feed: Feed, position: Position) -> AsyncGenerator[bytes, None]:
    """Yield the frames of all that happens from a position on."""
    try:
        async with aclosing(events.running(feed, position)) as happening:
            async for event in happening:
                if event:
                    position = event.position
                    yield event.frame()
        result = await feed.result()
    except StorageError:
        yield _error(UNREADABLE, feed, position)
        return
    if result is None:
        yield _error(FULL, feed, position)
        return
    for event in events.ended(result, position):
        yield event.frame()


def _frames(result: Mapping[str, Any], position: Position) -> bytes:
    return b"".join(event.frame() for event in events.ended(result, position))


async def _in_pieces(frame: bytes, write: Write) -> None:
    for start in range(0, len(frame), PIECE_BYTES):
        await write(frame[start : start + PIECE_BYTES])


def _error(message: str, feed: Feed, position: Position) -> bytes:
    """Return the event that ends a stream before its job; it is the first that tells of a new one."""
    data = {"error": "service_unavailable", "message": message, "job_id": feed.job_id}
    return Event("error", events.encode(data), position).frame()
