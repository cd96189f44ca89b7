"""Quotas: how many requests a key has left, and which of its jobs hold its slots. Arithmetic only, no AWS."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from functions.core.errors import ConcurrencyLimitError, RateLimitError, ServiceError
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

    full_at: int  # microseconds, of the clock that `latest` and `rate` are told
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


def slot_value(job_id: str, now_ms: int) -> bytes:
    """Return what a slot that is claimed now for a job holds: 20 bytes, for a record's size is paid at each write."""
    return uuid.UUID(job_id).bytes + (now_ms // 1000).to_bytes(4)


def job_of(slot: bytes) -> str:
    """Return the id of the job that a slot was claimed for."""
    return str(uuid.UUID(bytes=slot[:16]))


def passing(bucket: Bucket, now: int, places: int, jobs: int) -> int:
    """Return how many of so many jobs may start, of which the first is counted as a request already."""
    return max(min(jobs, places, 1 + bucket.rate(now).remaining), 0)


def refusal(rate: Rate, active: int, concurrency: int, started: int, jobs: int) -> ServiceError | None:
    """Return why fewer jobs than asked for may start, of a key that now has `active` ones; None where all may."""
    if started == jobs:
        return None
    return ConcurrencyLimitError(rate, active, concurrency) if active >= concurrency else RateLimitError(rate)


def free_slots(slots: Mapping[str, bytes], statuses: Mapping[str, Status], now_ms: int) -> set[str]:
    """Return the names of those slots whose job has ended, or was never recorded and never will be."""
    free = set()
    for name, slot in slots.items():
        status = statuses.get(job_of(slot))
        claimed = int.from_bytes(slot[16:])
        if status not in ACTIVE if status else claimed < now_ms // 1000 - UNUSED_SECONDS:
            free.add(name)
    return free
