"""LiveFeeds: core's Feeds for one machine. A follower waits in the server's event loop: he costs no thread."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, Protocol

from functions.core.errors import StorageError
from functions.core.events import PART_BYTES, Position
from functions.core.job import ACTIVE, Job, Status
from functions.core.store import JobStore
from functions.embedded.live import Live

GONE: Final = "the job's record is gone"


class Watch(Protocol):
    """The dispatcher, to this."""

    def watch(self, job_id: str) -> None:
        """Have the worker of a running job pass its output on."""


class LiveFeeds:
    """Core's Feeds. Its followers are as many as the server has connections."""

    def __init__(self, live: Live, store: JobStore, dispatcher: Watch) -> None:
        self._live = live
        self._store = store
        self._dispatcher = dispatcher

    def open(self, job: Job, most: int) -> LiveFeed:  # noqa: ARG002  # a connection is all that one costs
        """Begin to follow a job, in the event loop."""
        return LiveFeed(self._live, self._store, self._dispatcher, job)


class LiveFeed:
    """Core's Feed, in the event loop of the server."""

    def __init__(self, live: Live, store: JobStore, dispatcher: Watch, job: Job) -> None:
        self._live = live
        self._store = store
        self._dispatcher = dispatcher
        self.job_id = job.job_id
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._told = False  # of a change that it hasn't looked at yet
        self._recorded: Status | None = None  # its status, once it is followed
        self._followed = live.follow(job.job_id, self._tell)

    def _tell(self) -> None:
        if self._told:  # one who doesn't read is told once, however much happens
            return
        self._told = True
        with suppress(RuntimeError):  # the loop has ended, and with it whoever followed
            self._loop.call_soon_threadsafe(self._changed.set)

    async def status(self) -> Status:
        """Return the job's status now."""
        if self._recorded is None:
            self._recorded = await asyncio.to_thread(self._begin)
        self._told = False
        self._changed.clear()
        return self._followed.status if self._recorded in ACTIVE else self._recorded

    def _begin(self) -> Status:
        """Have the job's worker pass its output on; return what its record says since it is followed."""
        self._dispatcher.watch(self.job_id)
        recorded = self._store.statuses([self.job_id]).get(self.job_id)
        if recorded is None:
            raise StorageError(GONE)
        if recorded is Status.RUNNING:
            self._live.begins(self.job_id)
        return recorded

    async def part(self, stream: str, position: Position) -> bytes:
        """Return what the stream has from there on."""
        kept: bytearray = getattr(self._followed, stream)
        offset = position.offset(stream)
        return bytes(kept[offset : offset + PART_BYTES])

    async def wait(self, seconds: float) -> bool:
        """Wait for a change; False where the service is being stopped."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)
        return not self._followed.closed

    async def result(self) -> Mapping[str, Any] | None:
        """Return the result of a job that has ended."""
        job = await asyncio.to_thread(self._store.get, self.job_id)
        return job.result if job else None

    async def close(self) -> None:
        """Let go of the job."""
        self._live.leave(self.job_id, self._followed, self._tell)
