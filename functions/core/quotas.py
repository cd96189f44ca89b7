"""Quotas: how many requests a key has left, and which of its jobs hold its slots. Arithmetic only, no AWS."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from functions.core.job import ACTIVE, Status

MINUTE_US: Final = 60_000_000

# A slot whose job was never recorded is free after this: far longer than an API process may take, with every
# retry of botocore, from claiming the slot to recording the job.
UNUSED_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class Rate:
    """What a customer is told about his key's rate: the bucket's size, what is in it, and times in seconds."""

    limit: int
    remaining: int
    reset_seconds: int  # until the bucket is full again
    retry_after: int  # until the next request can pass, at least 1


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of `burst` requests that regains one every `step_us`: the generic cell rate algorithm.

    One number, `full_at`, is its whole state. A request moves it one step into the future, and may if that
    leaves it no more than `burst` steps ahead of now.
    """

    full_at: int  # unix microseconds
    step_us: int
    burst: int

    def latest(self, now: int) -> int:
        """Return the greatest `full_at` at which a request still passes."""
        return now + (self.burst - 1) * self.step_us

    def rate(self, now: int) -> Rate:
        """Return what is left at this time."""
        behind = max(self.full_at - now, 0)
        return Rate(
            limit=self.burst,
            remaining=max((self.burst * self.step_us - behind) // self.step_us, 0),
            reset_seconds=math.ceil(behind / 1e6),
            retry_after=max(math.ceil((self.full_at - self.latest(now)) / 1e6), 1),
        )


def step_us(rate_per_minute: int) -> int:
    """Return the microseconds in which a bucket regains one request."""
    return MINUTE_US // rate_per_minute


def slot_value(job_id: str, now_ms: int) -> str:
    """Return what a slot that is claimed now for a job holds."""
    return f"{now_ms} {job_id}"


def job_of(slot: str) -> str:
    """Return the id of the job that a slot was claimed for."""
    return slot.partition(" ")[2]


def free_slots(slots: Mapping[str, str], statuses: Mapping[str, Status], now_ms: int) -> set[str]:
    """Return the names of those slots whose job has ended, or was never recorded and never will be."""
    free = set()
    for name, slot in slots.items():
        claimed_ms, job_id = int(slot.partition(" ")[0]), job_of(slot)
        lapsed = job_id not in statuses and claimed_ms < now_ms - UNUSED_SECONDS * 1000
        if lapsed or statuses.get(job_id, Status.PENDING) not in ACTIVE:
            free.add(name)
    return free
