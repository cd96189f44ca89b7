"""The embedded engine of one service, put together: a database, a folder of files, and a dispatcher of jobs."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from functions.core.deliverer import Deliverer, Post
from functions.core.job import Job
from functions.core.sealing import Seal
from functions.core.storage import Storage
from functions.embedded.database import Database
from functions.embedded.dispatcher import Dispatcher, Launch
from functions.embedded.ends import Ends
from functions.embedded.files import FolderFileStore
from functions.embedded.housekeeping import Housekeeping
from functions.embedded.inputs import EmbeddedInputs
from functions.embedded.jobs import EmbeddedJobStore
from functions.embedded.keys import EmbeddedKeyStore, KeyTable
from functions.embedded.live import Live
from functions.embedded.live_feeds import LiveFeeds
from functions.embedded.mark import Marks
from functions.embedded.parts import Parts
from functions.embedded.pools import Pools
from functions.embedded.recovery import recover
from functions.embedded.settling import Settling
from functions.embedded.signatures import EmbeddedSignatures
from functions.embedded.webhooks import DueWebhooks, Webhooks

DATABASE: Final = "jobs.sqlite3"  # in the state folder, as all that follows
FILES: Final = "files"
MARKS: Final = "marks"


@dataclass(frozen=True, slots=True)
class Engine:
    """What a service stands on. The state folder is this process's alone (folder.hold)."""

    storage: Storage
    keys: EmbeddedKeyStore
    files: FolderFileStore
    ends: Ends
    parts: Parts
    _database: Database
    _dispatcher: Dispatcher
    _housekeeping: Housekeeping
    _webhooks: Webhooks

    def start(self) -> None:
        """Start workers, and give them the jobs that wait."""
        self._dispatcher.start()
        self._housekeeping.start()
        self._webhooks.start()

    def trouble(self) -> str | None:
        """Return a sentence that says why no job can run now; None where jobs can."""
        return self.parts.lost or self._dispatcher.trouble() or self._database.trouble()

    def stop(self, grace_seconds: float, hurry: threading.Event) -> None:
        """Let jobs that run end by themselves for so long, or until `hurry`; then end the workers."""
        self._dispatcher.drain(grace_seconds, hurry)
        self._dispatcher.stop()

    def close(self) -> None:
        """Close the database, when nobody asks any more."""
        self._webhooks.stop()
        self._housekeeping.stop()
        self._database.close()


def open_engine(
    folder: Path,
    master: bytes,
    files_url: str,
    launch: Launch,
    room: int,
    warm_pools: Collection[str],
    *,
    post: Post,
    durable: bool = False,
) -> Engine:
    """Open the state folder's data, settle what an earlier service left, and return the engine, yet to be started.

    `room`: how many jobs run at once. `durable`: what was answered survives the machine's loss of power, too.
    `post` sends webhooks' requests. Raises DatabaseError, OSError.
    """
    ends, live, parts = Ends(), Live(), Parts()

    def tell(job: Job) -> None:
        inputs.ended(job)
        live.ended(job)
        ends.ended(job)
        if job.webhook:
            webhooks.look()

    marks = Marks(folder / MARKS)
    database = Database.open(folder / DATABASE, durable=durable)
    inputs = EmbeddedInputs(database)
    files = FolderFileStore(folder / FILES, files_url, master, durable=durable)
    jobs = EmbeddedJobStore(database, files, on_end=tell)
    webhooks = Webhooks(jobs, DueWebhooks(database), Deliverer(master, post), parts)
    settling = Settling(jobs, files, live, inputs)
    dispatcher = Dispatcher(jobs, settling, ends, live, marks, launch, Pools(room, warm_pools), parts)
    jobs.on_cancel, inputs.on_more = dispatcher.cancel, dispatcher.nudge
    for job in recover(jobs, marks):
        dispatcher.send_again(job)
    keys = EmbeddedKeyStore(KeyTable(database), master, jobs)  # its slots are of the jobs that recovery left active
    signatures = EmbeddedSignatures(database)
    storage = Storage(
        jobs, dispatcher, keys, files, signatures, Seal(master), LiveFeeds(live, jobs, dispatcher), inputs
    )
    housekeeping = Housekeeping(database, jobs, files, signatures, parts)
    return Engine(storage, keys, files, ends, parts, database, dispatcher, housekeeping, webhooks)
