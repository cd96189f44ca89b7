"""When to look at a job that a caller waits for: seldom in vain, and soon after it has ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

FIRST_LOOK: Final = 0.024  # seconds after it was sent, where little was learned yet
SOONEST: Final = 0.010
LATEST: Final = 0.25  # as late as a later look may find a job
SOONER: Final = 0.97  # of a first look that found a job ended, nobody knows since when: so later ones get nearer
RECENT: Final = 24  # jobs of a pool that are looked back at
ENOUGH: Final = 4  # of them, to learn something
# What a look that finds a job still running costs, in seconds of a caller who waits: a call, and the pause after it.
VAIN_LOOK: Final = 0.025

POLL: Final = 0.006  # seconds between the looks that follow, at least,
POLL_SHARE: Final = 0.15  # and this share of the time until the first; growing
POLL_GROWTH: Final = 1.4
LAST_POLL: Final = 0.25


@dataclass(frozen=True, slots=True)
class Found:
    """A job that a look found ended; all in seconds since it was sent."""

    ended: float  # by its worker's clock and the caller's, which may be wrong, or set meanwhile
    asked: float  # when that look began
    before: float = 0.0  # when the look before it did; 0 where it was the first

    @property
    def seconds(self) -> float:
        """How long the job took, as far as the looks bear that out: where they don't, they alone tell."""
        if self.before < self.ended <= self.asked:
            return self.ended
        return (self.before + self.asked) / 2 if self.before else self.asked * SOONER


class Pace:
    """The pauses before the looks at jobs. For any thread.

    The first look is when, had it been so for the pool's recent jobs, lateness and vain looks would have cost the
    least. So a pool whose jobs all take as long is looked at once a job, whatever that time is; among jobs of all
    lengths the quick ones are found soon.
    """

    def __init__(self) -> None:
        self._recent: dict[str, tuple[float, ...]] = {}  # seconds that jobs took, by pool

    def pauses(self, pool: str) -> Iterator[float]:
        """Yield the seconds to wait before each look."""
        first = self._first(pool)
        yield first
        pause = max(POLL, first * POLL_SHARE)
        while True:
            yield pause
            pause = min(pause * POLL_GROWTH, LAST_POLL)

    def ended(self, pool: str, found: Found) -> None:
        """Note that a job of the pool was found ended."""
        self._recent[pool] = (*self._recent.get(pool, ())[1 - RECENT :], found.seconds)

    def _first(self, pool: str) -> float:
        recent = self._recent.get(pool, ())
        return _cheapest(recent) if len(recent) >= ENOUGH else FIRST_LOOK


def _cheapest(recent: tuple[float, ...]) -> float:
    """Return the time of a first look that would have cost the least for jobs that took so long."""
    cheapest, least = LATEST, float("inf")
    passed = 0.0
    for found, seconds in enumerate(sorted(recent), 1):
        passed += seconds
        lateness = found * seconds - passed
        cost = lateness + (len(recent) - found) * VAIN_LOOK
        if cost <= least:
            cheapest, least = seconds, cost
    return min(max(cheapest, SOONEST), LATEST)
