"""AwsFeeds: core's Feeds on DynamoDB: a follower looks at the job, and for the next chunk of its output."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from functions.aws.chunks import Chunk
from functions.aws.jobs import DynamoJobStore
from functions.aws.places import Place, WaitingPlaces
from functions.core.errors import StorageError
from functions.core.events import PART_BYTES, STREAMS, Position
from functions.core.job import Job, Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

GONE: Final = "the job's record is gone"
LOOK_SECONDS: Final = 0.25  # between two looks
FOLLOW_SECONDS: Final = 900  # that one follower waits at most: as long as a function runs


class AwsFeeds:
    """Core's Feeds. A follower who waits takes up a function: so he needs a place, as a sync caller does."""

    def __init__(
        self, store: DynamoJobStore, client: DynamoDBClient, table: str, shared: WaitingPlaces | None = None
    ) -> None:
        """Make it; where there are `shared` places, all sync callers and followers have no others."""
        self._store = store
        self._client = client
        self._table = table
        self._shared = shared

    def open(self, job: Job, most: int) -> AwsFeed:
        """Return a feed of a job."""
        own = WaitingPlaces(self._client, self._table, most, f"following/{job.owner}")
        return AwsFeed(self._store, job, [each for each in (own, self._shared) if each])


class AwsFeed:
    """Core's Feed, for one follower. It holds one chunk at a time."""

    def __init__(self, store: DynamoJobStore, job: Job, places: list[WaitingPlaces]) -> None:
        self.job_id = job.job_id
        self._store = store
        self._ended: Job | None = None
        self._places = places
        self._taken: list[tuple[WaitingPlaces, Place]] = []
        self._taking: asyncio.Future[bool] | None = None
        self._number = 0  # of the next chunk
        self._start = dict.fromkeys(STREAMS, 0)  # of what is held, in its stream
        self._held = dict.fromkeys(STREAMS, b"")
        self._asked = job.watched or not job.active

    async def status(self) -> Status:
        """Return the job's status now; at first have its worker write what it prints as it comes."""
        if not self._asked:
            await asyncio.to_thread(self._store.watch, self.job_id)
            self._asked = True
        job = self._ended or await asyncio.to_thread(self._store.look, self.job_id)
        if job is None:
            raise StorageError(GONE)
        if not job.active:
            self._ended = job
        return Status(job.status)

    async def part(self, stream: str, position: Position) -> bytes:
        """Return what the stream has from there on: of the next chunk, once both streams of this one were told."""
        while not any(self._left(each, position) for each in STREAMS):
            chunk = await asyncio.to_thread(self._store.chunks.get, self.job_id, self._number)
            if chunk is None:
                return b""
            self._take(chunk)
        begin = max(position.offset(stream) - self._start[stream], 0)
        return self._held[stream][begin : begin + PART_BYTES]

    def _left(self, stream: str, position: Position) -> bool:
        """Whether not all that is held of a stream was told."""
        return position.offset(stream) < self._start[stream] + len(self._held[stream])

    def _take(self, chunk: Chunk) -> None:
        for stream in STREAMS:
            self._start[stream] += len(self._held[stream])
        self._held = {"stdout": chunk.stdout, "stderr": chunk.stderr}
        self._number += 1

    async def wait(self, seconds: float) -> bool:
        """Wait until the next look; False where there is no place to wait in."""
        if self._taking is None:
            self._taking = asyncio.ensure_future(asyncio.to_thread(self._take_places))
        if not await asyncio.shield(self._taking):  # it goes on where this is given up, and `close` sees to it
            return False
        await asyncio.sleep(min(LOOK_SECONDS, seconds))
        return True

    def _take_places(self) -> bool:
        for places in self._places:
            place = places.take(FOLLOW_SECONDS)
            if place is None:
                self._leave_places()
                return False
            self._taken.append((places, place))
        return True

    def _leave_places(self) -> None:
        while self._taken:
            places, place = self._taken.pop()
            with suppress(StorageError):  # it is free again when its time is over
                places.leave(place)

    async def result(self) -> Mapping[str, Any] | None:
        """Return the result of a job that has ended."""
        return self._ended.result if self._ended else None

    async def close(self) -> None:
        """Leave the places."""
        if self._taking:
            await asyncio.gather(self._taking, return_exceptions=True)
            await asyncio.to_thread(self._leave_places)
