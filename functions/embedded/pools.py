"""Pools: which jobs wait for a worker, which workers wait for a job, and who is next. Nothing here does anything."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar

BACKOFF_SECONDS: Final = 1.0  # before the next worker of a pool whose last one was never ready; it doubles
MAX_BACKOFF_SECONDS: Final = 30.0
BARREN: Final = 2  # workers in a row that were never ready: it wasn't by chance

Worker = TypeVar("Worker")


class Waiting(NamedTuple):
    """A job that waits: its place in the order of all jobs, and since when it has, by time.monotonic()."""

    turn: int
    since: float
    request_id: str | None = None  # of the request that submitted it


class Pick(NamedTuple, Generic[Worker]):
    """A job and the worker that is to run it."""

    job_id: str
    waiting: Waiting
    worker: Worker


@dataclass(slots=True)
class Pool(Generic[Worker]):
    """One language in one network mode."""

    waiting: OrderedDict[str, Waiting] = field(default_factory=OrderedDict)
    ready: list[Worker] = field(default_factory=list)  # the one that was busy last comes last, and is taken first
    workers: int = 0  # ready, busy or starting
    starting: int = 0
    stillborn: int = 0  # workers in a row that ended before they were ever ready
    not_before: float = 0.0  # of time.monotonic(): when the next worker may be started


class Pools(Generic[Worker]):
    """The pools of a machine that runs at most `room` jobs at once. The caller holds a lock."""

    def __init__(self, room: int, warm: Collection[str]) -> None:
        self.room = room
        self.running = 0
        self.open = True  # whether jobs may be given out
        self._warm = frozenset(warm)
        self._pools: dict[str, Pool[Worker]] = {name: Pool() for name in warm}
        self._turn = 0

    def __getitem__(self, name: str) -> Pool[Worker]:
        return self._pools.setdefault(name, Pool())

    def add(self, pool: str, job_id: str, since: float, request_id: str | None = None) -> None:
        """Have a job wait, unless it does already."""
        self._turn += 1
        self[pool].waiting.setdefault(job_id, Waiting(self._turn, since, request_id))

    def put_back(self, pool: str, job_id: str, waiting: Waiting) -> None:
        """Have a job wait once more, in its old place."""
        jobs = self[pool].waiting
        jobs[job_id] = waiting
        jobs.move_to_end(job_id, last=False)

    def pick(self) -> Pick[Worker] | None:
        """Take the job that has waited longest of those for which there is a worker, and count it as running."""
        if self.running >= self.room or not self.open:
            return None
        able = [pool for pool in self._pools.values() if pool.waiting and pool.ready]
        if not able:
            return None
        pool = min(able, key=lambda each: next(iter(each.waiting.values())).turn)
        job_id, waiting = pool.waiting.popitem(last=False)
        self.running += 1
        return Pick(job_id, waiting, pool.ready.pop())

    def wanted(self, now: float) -> Iterator[str]:
        """Yield the pool of each worker that is to be started."""
        for name, pool in self._pools.items():
            busy = pool.workers - len(pool.ready) - pool.starting
            most = self.room + 1 if name in self._warm else self.room
            wanted = most if name in self._warm else min(most, busy + len(pool.waiting))
            if pool.stillborn:
                wanted = min(wanted, pool.workers + (pool.workers == 0 and now >= pool.not_before))
            for _ in range(wanted - pool.workers):
                yield name

    def barren(self) -> str | None:
        """Return a pool whose workers end before they are ready, where no pool has one that was; None elsewhere."""
        if any(pool.workers > pool.starting for pool in self._pools.values()):
            return None
        return next((name for name, pool in self._pools.items() if pool.stillborn >= BARREN), None)

    def lacks(self, name: str) -> bool:
        """Whether one more worker of the pool could be of use now."""
        pool = self[name]
        return bool(pool.waiting) and not pool.ready and pool.workers < self.room

    def starts(self, name: str) -> None:
        """Note that a worker is being started."""
        self[name].workers += 1
        self[name].starting += 1

    def came(self, name: str, worker: Worker, *, first: bool) -> None:
        """Note that a worker waits for a job; `first`: until now it was starting."""
        pool = self[name]
        pool.ready.append(worker)
        if first:
            pool.starting -= 1
            pool.stillborn = 0

    def went(self, name: str, worker: Worker, now: float, *, born: bool) -> None:
        """Note that a worker has ended; `born`: it was ready once."""
        pool = self[name]
        pool.workers -= 1
        if worker in pool.ready:
            pool.ready.remove(worker)
        if not born:
            pool.starting -= 1
            pool.not_before = now + min(BACKOFF_SECONDS * 2**pool.stillborn, MAX_BACKOFF_SECONDS)
            pool.stillborn += 1

    def idle(self, long_enough: Callable[[Worker], bool]) -> list[Worker]:
        """Take from the pools that aren't warm the workers that have waited long enough in vain."""
        idle = []
        for name, pool in self._pools.items():
            if name not in self._warm:
                idle += [worker for worker in pool.ready if long_enough(worker)]
                pool.ready = [worker for worker in pool.ready if worker not in idle]
        return idle

    def overdue(self, before: float) -> list[str]:
        """Take the jobs that have waited since before then, and return their ids."""
        overdue = []
        for pool in self._pools.values():
            while pool.waiting and next(iter(pool.waiting.values())).since < before:
                overdue.append(pool.waiting.popitem(last=False)[0])
        return overdue
