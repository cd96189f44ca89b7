"""Dispatcher: brings jobs to this machine's workers, and their results home. Nobody looks again and again.

A submission is given to a waiting worker by the very thread that brings it. All else is the engine's thread: it hears
workers and their deaths, starts and ends them, and gives the next job to whoever is free.
"""

from __future__ import annotations

import os
import queue
import selectors
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from aws_lambda_powertools import Logger

from functions.core.errors import StorageError
from functions.core.job import Job
from functions.core.pools import pool_name
from functions.core.store import now_ms
from functions.embedded import channel
from functions.embedded.channel import Channel
from functions.embedded.ends import Ends
from functions.embedded.jobs import EmbeddedJobStore
from functions.embedded.link import Link, Process
from functions.embedded.live import Live
from functions.embedded.mark import Marks
from functions.embedded.parts import Parts
from functions.embedded.pools import Pick, Pools, Waiting
from functions.embedded.settling import Settling

TICK_SECONDS: Final = 1.0  # between looks at what no packet tells: leases, idle workers, what couldn't be written
IDLE_SECONDS: Final = 120.0  # a pool that isn't warm loses its workers after so long without a job
SILENT_SECONDS: Final = 5.0  # after which the engine's thread, which has something to do each second, hangs
LAST_SECONDS: Final = 0.7  # for a worker that was told to end, before it is killed

Launch = Callable[[int, str, str, socket.socket], Process]  # index, name, pool, and the worker's end of its channel

logger = Logger(service="engine")


class Dispatcher:
    """Core's Dispatch."""

    def __init__(
        self,
        store: EmbeddedJobStore,
        settling: Settling,
        ends: Ends,
        live: Live,
        marks: Marks,
        launch: Launch,
        pools: Pools[Link],
        parts: Parts,
    ) -> None:
        self._store = store
        self._settling = settling
        self._ends = ends
        self._live = live
        self._marks = marks
        self._launch = launch
        self._pools = pools
        self._lock = threading.Lock()  # of _pools, _links and _running
        self._links: dict[int, Link] = {}
        self._running: dict[str, Link] = {}  # by job id
        self._quiet = threading.Condition(self._lock)  # notified when a job or a worker has ended
        self._selector = selectors.DefaultSelector()
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._selector.register(self._wake, selectors.EVENT_READ, lambda: os.eventfd_read(self._wake))
        self._thread = parts.thread("engine", self._run)
        self._seen = time.monotonic()  # the thread, at work
        self._ending = False
        self._stopped = False

    def start(self) -> None:
        """Start the engine's thread, which starts the warm pools' workers."""
        self._seen = time.monotonic()
        self._thread.start()

    # What the API calls

    def send(self, job: Job, *, awaited: bool) -> None:  # noqa: ARG002  # an end wakes whoever waits by then
        """Give a new job to a worker that waits for one, or have it wait for one."""
        if job.watched:
            self._live.expect(job.job_id)
        self.send_again(job)

    def send_all(self, jobs: Sequence[Job]) -> None:
        """Give new jobs to workers that wait, or have them wait for some."""
        for job in jobs:
            self.send_again(job)

    def send_again(self, job: Job) -> None:
        """Have a recorded job wait for a worker, unless it does already."""
        pool = pool_name(job.language, job.network_mode)
        waited = max(now_ms() - job.created_ms, 0) / 1000
        with self._lock:
            self._pools.add(pool, job.job_id, time.monotonic() - waited, job.request_id)
        self._give()
        with self._lock:
            lacks = self._pools.lacks(pool)
        if lacks:
            self._nudge()

    def wait(self, job: Job, seconds: float, *, from_its_start: bool = True) -> Job:  # noqa: ARG002
        """Return the job once it has ended, or as it is when `seconds` have passed."""
        ended: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._ends.watch(job.job_id, ended.put)
        try:
            now = self._store.get(job.job_id) or job
            if now.active:
                with suppress(queue.Empty):
                    return ended.get(timeout=seconds) or now
                now = self._store.get(job.job_id) or job
        finally:
            self._ends.unwatch(job.job_id, ended.put)
        return now

    def trouble(self) -> str | None:
        """Return why no job can run now; None where jobs can."""
        with self._lock:
            if self._ending or not self._pools.open:
                return "The service is being stopped."
            barren = self._pools.barren()
        silent = time.monotonic() - self._seen
        if silent > SILENT_SECONDS:
            return f"The engine has done nothing for {silent:.0f} s."
        return f"No worker can be started, for {barren} for one; the service's log says why." if barren else None

    def cancel(self, job_id: str) -> None:
        """Have the worker of a running job end it now."""
        with self._lock:
            link = self._running.get(job_id)
        if link:
            with link.lock:
                if link.job and link.job.job_id == job_id:
                    link.tell({"op": "cancel"})

    def watch(self, job_id: str) -> None:
        """Have the worker of a running job pass its output on; one that gets the job later knows by itself."""
        with self._lock:
            link = self._running.get(job_id)
        if link:
            with link.lock:
                if link.job and link.job.job_id == job_id:
                    link.tell({"op": "watch"})

    def nudge(self, job_id: str) -> None:
        """Have the worker of a running job ask for its input; one that was told so already will."""
        with self._lock:
            link = self._running.get(job_id)
        if link:
            with link.lock:
                if link.job and link.job.job_id == job_id and not link.nudged:
                    link.nudged = True
                    link.tell({"op": "more"})

    # Giving

    def _give(self) -> None:
        """Give jobs to waiting workers while there are both, and room. What fails now is tried again by the tick."""
        while True:
            with self._lock:
                pick = self._pools.pick()
            if pick is None:
                return
            link = pick.worker
            with link.lock:
                try:
                    claimed = None if link.gone else self._store.claim_payload(pick.job_id, link.name)
                except StorageError:
                    request_id = pick.waiting.request_id
                    logger.exception("a job couldn't be claimed", job_id=pick.job_id, request_id=request_id)
                    self._keep(pick, waits=True)
                    return
                if claimed:
                    with self._lock:
                        self._running[pick.job_id] = link
                    self._live.begins(pick.job_id)
                    link.give(*claimed, watched=self._live.is_followed(pick.job_id))
                else:  # the worker has died, or the job was cancelled while it waited
                    self._keep(pick, waits=link.gone)

    def _keep(self, pick: Pick[Link], *, waits: bool) -> None:
        """Undo a pick: its worker waits again, if it lives, and its job too, if it `waits`."""
        link = pick.worker
        with self._lock:
            self._pools.running -= 1
            if waits:
                self._pools.put_back(link.pool, pick.job_id, pick.waiting)
            if not link.gone:
                self._pools.came(link.pool, link, first=False)

    # The engine's thread

    def _nudge(self) -> None:
        os.eventfd_write(self._wake, 1)

    def _run(self) -> None:
        tick = 0.0
        while not self._stopped:
            try:
                self._seen = time.monotonic()
                if time.monotonic() >= tick:
                    tick = time.monotonic() + TICK_SECONDS
                    self._tick()
                self._staff()
                for key, _ in self._selector.select(max(tick - time.monotonic(), 0)):
                    if key.fd in self._selector.get_map():  # not forgotten meanwhile
                        key.data()
            except Exception:  # whatever it is, the other jobs go on
                logger.exception("the engine stumbled")
                time.sleep(TICK_SECONDS / 10)

    def _tick(self) -> None:
        for link in list(self._links.values()):
            if link.unwritten:
                self._settle(link)
                if link.gone and not link.unwritten:
                    self._died(link)
        for lapsed in self._store.scan_held():
            with self._lock:
                silent = self._running.get(lapsed.job.job_id)
            if silent and not silent.unwritten:
                silent.kill()
        with self._lock:
            idle = self._pools.idle(lambda link: link.idle_for(IDLE_SECONDS))
        for link in idle:
            link.channel.shut()
        for job in self._settling.overdue(self._pools, self._lock):
            logger.warning("no worker took a job", **job.in_logs())
        self._give()

    def _staff(self) -> None:
        """Start the workers that are wanted."""
        with self._lock:
            wanted = [] if self._ending else list(self._pools.wanted(time.monotonic()))
        for pool in wanted:
            self._start(pool)

    def _start(self, pool: str) -> None:
        index = next(number for number in range(len(self._links) + 1) if number not in self._links)
        ours, theirs = channel.pair()
        link = Link(index, pool, Channel(ours), self._marks.open(index))
        socket.send_fds(ours, [b"mark"], [link.mark])
        with self._lock:
            self._links[index] = link
            self._pools.starts(pool)
            ending = self._ending  # since it was said to be wanted
        if ending:
            theirs.close()
            self._bury(link)
            return
        try:
            link.process = self._launch(index, link.name, pool, theirs)
        except Exception:  # whatever it is, there is no such worker
            logger.exception("a worker couldn't be started", pool=pool)
            self._bury(link)
            return
        finally:
            theirs.close()
        self._selector.register(ours, selectors.EVENT_READ, lambda: self._hear(link))
        self._selector.register(link.process.sentinel, selectors.EVENT_READ, lambda: self._died(link))

    def _hear(self, link: Link) -> None:
        """Read a worker's next packet and do what it says."""
        try:
            link.unwritten = link.channel.receive()
        except channel.ChannelClosedError:
            self._selector.unregister(link.channel)  # its process's end comes, and is what counts
            return
        except channel.MalformedError:
            logger.exception("a worker sent what it may not", **link.in_logs())
            link.kill()
            return
        self._settle(link)

    def _settle(self, link: Link) -> None:
        """Do what a worker's packet says; one that the storage doesn't take now is kept, and is tried again."""
        packet = link.unwritten
        if packet is None:
            return
        stalled = link.channel.fileno() not in self._selector.get_map()
        try:
            with link.lock:
                job, back = link.job, self._settling.settle(link, packet)
        except StorageError:
            logger.exception("a worker's packet couldn't be written", **link.in_logs())
            if not stalled:
                self._selector.unregister(link.channel)
            return
        except (KeyError, TypeError, ValueError):
            logger.exception("a worker sent what it may not", **link.in_logs())
            link.kill()
        else:
            self._settled(link, packet.head["op"], job, back=back)
        link.unwritten = None
        if stalled and not link.gone:
            self._selector.register(link.channel, selectors.EVENT_READ, lambda: self._hear(link))

    def _settled(self, link: Link, op: str, job: Job | None, *, back: bool) -> None:
        """Keep count after a packet: of the jobs that run, and of the workers that wait."""
        with self._lock:
            if job and not link.job:
                self._running.pop(job.job_id, None)
                self._pools.running -= 1
                self._quiet.notify_all()
            if job and back:
                self._pools.put_back(link.pool, job.job_id, Waiting(0, time.monotonic(), job.request_id))
            if op == "ready":
                self._pools.came(link.pool, link, first=not link.born)
                link.born, link.ready_since = True, time.monotonic()
        if (job and not link.job) or op == "ready":
            self._give()

    def _died(self, link: Link) -> None:
        """Hear the last that a worker sent, settle its job, let go of it; the tick tries what isn't written again."""
        self._forget(link)
        with link.lock:  # from now on it is given nothing
            link.gone = True
        with suppress(channel.ChannelClosedError, channel.MalformedError):
            while not link.unwritten and (packet := link.channel.receive(0)):
                link.unwritten = packet
                self._settle(link)
        if not link.unwritten:
            link.unwritten = channel.Packet({"op": "died"}, b"")
            self._settle(link)
        if not link.unwritten:
            self._bury(link)

    def _forget(self, link: Link) -> None:
        """Hear no more of a worker."""
        for each in (link.channel, link.process.sentinel if link.process else None):
            with suppress(KeyError, ValueError):
                if each is not None:
                    self._selector.unregister(each)

    def _bury(self, link: Link) -> None:
        with self._lock:
            del self._links[link.index]
            self._pools.went(link.pool, link, time.monotonic(), born=link.born)
            self._quiet.notify_all()
        link.channel.close()
        os.close(link.mark)
        if link.process:
            link.process.join()

    # The end

    def drain(self, seconds: float, hurry: threading.Event) -> None:
        """Give out no more jobs, and wait for those that run: so long, or until `hurry`."""
        deadline = time.monotonic() + seconds
        with self._lock:
            self._pools.open = False
            while self._running and not hurry.is_set() and (left := deadline - time.monotonic()) > 0:
                self._quiet.wait(min(left, 0.1))

    def stop(self) -> None:
        """End all workers: a program that runs is ended honestly, a job whose program hasn't begun goes back."""
        with self._lock:
            self._ending = True
            self._pools.open = False
            links = list(self._links.values())
        for link in links:
            if link.process:
                link.process.terminate()
        if not self._await_none(LAST_SECONDS):
            for link in list(self._links.values()):
                link.kill()
            self._await_none(LAST_SECONDS)
        self._stopped = True
        self._nudge()
        self._thread.join()
        self._ends.close()
        self._live.close()

    def _await_none(self, seconds: float) -> bool:
        with self._lock:
            return self._quiet.wait_for(lambda: not self._links, seconds)
