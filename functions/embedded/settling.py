"""Settling: what a worker's packet means for its job, and what its death does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Final

from functions.core.errors import StorageError
from functions.core.files import FileStore
from functions.core.job import Job, Status
from functions.core.service import cancelled_result, unfinished_result
from functions.core.store import Beat
from functions.core.sweeper import GIVE_UP_SECONDS
from functions.embedded.channel import Packet
from functions.embedded.inputs import EmbeddedInputs
from functions.embedded.jobs import EmbeddedJobStore
from functions.embedded.link import Link
from functions.embedded.live import Live
from functions.embedded.pools import Pools

CLAIMS: Final = 3  # of one job, whose workers all died before its program began
LOST: Final = "platform: the worker was lost while it had the job"
NEVER_BEGAN: Final = f"platform: {CLAIMS} workers were lost before the program began"
NOBODY: Final = "platform: no worker took the job within an hour; there may be no capacity for its language"


class Settling:
    """Writes what workers send. A worker may change the job that it was given, and no other."""

    def __init__(self, store: EmbeddedJobStore, files: FileStore, live: Live, inputs: EmbeddedInputs) -> None:
        self._store = store
        self._live = live
        self._inputs = inputs
        self._files = files

    def settle(self, link: Link, packet: Packet) -> bool:
        """Do what a packet says; True where the job is to be given to another worker.

        Raises StorageError; then the packet can be settled again. KeyError, TypeError and ValueError are a packet
        that no worker sends.
        """
        head, job = packet.head, link.job
        match head["op"]:
            case "ready":
                if job:
                    return self._lose(link)
            case "beat" if job:
                size = int(head["stdout"])
                beat = self._store.heartbeat(job.job_id, link.name, packet.body[:size], packet.body[size:])
                if beat is not Beat.RENEWED:
                    link.tell({"op": beat})
            case "output" if job:
                size = int(head["stdout"])
                self._live.append(job.job_id, packet.body[:size], packet.body[size:])
            case "more" if job:
                link.nudged = False  # before it is looked: what comes later is another nudge
                data, eof = self._inputs.after(job.job_id, int(head["offset"]))
                link.tell({"op": "input", "eof": eof}, data)
            case "put" if job:
                self._files.put(_own_file(job.job_id, head["key"]), packet.body)
            case "end" if job:
                self._store.finish(job.job_id, link.name, Status(head["status"]), json.loads(packet.body))
                link.job = None
            case "back":
                return self._back(link)
            case "forget":
                link.job = None
            case "died":
                return self.abandon(link)
            case op if job:
                raise ValueError(op)
        return False

    def _back(self, link: Link) -> bool:
        """Take a job back whose program never began; the worker keeps one that is to be cancelled."""
        taken = link.job is not None and self._store.hand_back(link.job.job_id, link.name)
        if link.job and taken:
            self._live.waits(link.job.job_id)
            link.job = None
        link.tell({"op": "back", "taken": taken})
        return taken

    def abandon(self, link: Link) -> bool:
        """Settle the job of a worker that has died; True where another worker is to run it. Raises StorageError."""
        job = link.job
        if job is None:
            return False
        if not link.started() and link.attempt < CLAIMS and self._store.hand_back(job.job_id, link.name):
            self._live.waits(job.job_id)
            link.job = None
            return True
        return self._lose(link)

    def _lose(self, link: Link) -> bool:
        """End a job whose worker says nothing more of it."""
        job = link.job and self._store.get(link.job.job_id)
        told = self._live.output(job.job_id) if job else None
        if job and told and any(told):  # it stays true, and is more than the last that was shown
            stdout, stderr = (each.decode("utf-8", "replace") for each in told)
            job = job.model_copy(update={"partial_stdout": stdout, "partial_stderr": stderr})
        if job and job.active and not self._store.cancel_lost(job.job_id, cancelled_result(job)):
            error = LOST if link.started() else NEVER_BEGAN
            result = unfinished_result(job, Status.COMPLETED, error)
            self._store.finish(job.job_id, link.name, Status.COMPLETED, result)
        link.job = None
        return False

    def overdue(self, pools: Pools[Link], lock: threading.Lock) -> Iterator[Job]:
        """End the jobs that no worker took for too long, and yield them."""
        with lock:
            overdue = pools.overdue(time.monotonic() - GIVE_UP_SECONDS)
        for job_id in overdue:
            try:
                job = self._store.get(job_id)
                ended = job and self._store.give_up(job_id, unfinished_result(job, Status.COMPLETED, NOBODY))
            except StorageError:
                continue  # found pending at the next start
            if job and ended:
                yield job


def _own_file(job_id: str, key: str) -> str:
    """Return the key of a file of the job's own result. Raises ValueError for any other."""
    folder, _, name = key.rpartition("/")
    if folder != f"results/{job_id}" or not name.isdecimal():
        raise ValueError(key)
    return key
