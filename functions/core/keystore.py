"""KeyStore: what storage has to do for keys and their quotas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from functions.core.errors import ServiceError
from functions.core.keys import Key, SignedParts
from functions.core.quotas import Rate

BUSY: Final = "Too many simultaneous requests with this key; try again in a few seconds."


@dataclass(frozen=True, slots=True)
class Slot:
    """One of a key's places for active jobs, claimed for a job."""

    account: str  # key of the record
    name: str
    job_id: str


@dataclass(frozen=True, slots=True)
class Admission:
    """A request that may be served: whose it is, and what its key has left."""

    key: Key
    rate: Rate
    job_id: str | None = None  # of the job that it may start
    slot: Slot | None = None  # None too where that job is recorded already and has its own
    account: str = ""  # key of the key's record


@dataclass(frozen=True, slots=True)
class Claimed:
    """Slots for several jobs of one request: for the first of them, as many as there was room for."""

    slots: Sequence[Slot]
    rate: Rate  # what the key has left now
    refusal: ServiceError | None  # RateLimitError or ConcurrencyLimitError, where that is why the others have none


class Signatures(Protocol):
    """The signatures that were used, of the keys that take one job for each."""

    def use(self, signature: str, seconds: int) -> bool:
        """Note a signature, for so long; False where it was noted before. Of several at once one is the first."""


class KeyStore(Protocol):
    """The keys. All refusals are the same to someone without the secret.

    Rate and concurrency are exact, whatever the interleaving: a request that is admitted has been counted, and one
    that starts a job holds a slot until its job has ended. What dies in between leaves no wrong count: a slot is
    worth what its job's record says, and one whose job was never recorded lapses (quotas.UNUSED_SECONDS).
    """

    def put(self, key: Key) -> str:
        """Record a key, with its bucket full and its slots free, and return its secret."""

    def authenticate(self, request: SignedParts, job: Callable[[str], str] | None = None) -> Admission:
        """Admit a request, and count it; a forged signature is refused before any record is read.

        `job`: the request may start the job whose id this returns for the caller's account, so it claims a slot.
        The caller of this then owes `release` if no job comes of it.
        Raises UnauthorizedError, RateLimitError, ConcurrencyLimitError (these two count as requests as well),
        BusyError.
        """

    def claim(self, admission: Admission, job_ids: Sequence[str]) -> Claimed:
        """Claim slots for several jobs, at most 100, that an admitted request may start; `release` is owed for each.

        Each job that gets one counts as a request, the first as the admitted one. They are claimed in one step.
        Where another request has a slot for the very first job, this waits a moment for that to be recorded; then
        there are no slots, and no refusal. Raises BusyError.
        """

    def release(self, slot: Slot) -> None:
        """Give back a slot that no job came of."""

    def ended(self, slot: Slot) -> None:
        """Note that a slot's job has ended, so its place may be taken."""
