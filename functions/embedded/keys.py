"""KeyTable and EmbeddedKeyStore: keys as rows, and what they have used in the memory of the one serving process.

A key's row is read at each request, so that what `infra.keys` changes beside the running service counts at once.
Its bucket of requests and its slots are this process's own: counted under a lock, so they are exact. After a
restart all buckets are full, and the slots are those of the jobs that are still active.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from functions.core import quotas
from functions.core.errors import BusyError, ConcurrencyLimitError, RateLimitError, UnauthorizedError
from functions.core.keys import REFUSED, Key, SignedParts, caller_secret, claimed_secret, derive_secret, secret_hash
from functions.core.keystore import BUSY, Admission, Claimed, Slot
from functions.core.quotas import Bucket, Rate
from functions.core.store import JobStore
from functions.embedded.database import Database

TRIES: Final = 20  # looks at whether the first of two equal requests has recorded their job
RECORDING_SECONDS: Final = 0.05  # before another such look
SLOTS_KEPT: Final = 16  # as many slots are looked through for ended jobs

_FIELDS: Final = tuple(each.name for each in fields(Key))
_COLUMNS: Final = ", ".join(_FIELDS)
_GET: Final = f"SELECT {_COLUMNS} FROM keys WHERE secret_hash = ?"
_ALL: Final = f"SELECT {_COLUMNS} FROM keys ORDER BY name, public_key"
_PUT: Final = f"REPLACE INTO keys (secret_hash, {_COLUMNS}) VALUES (?{', ?' * len(_FIELDS)})"


class KeyTable:
    """The keys' records, each under its secret's hash. For the service, and for `infra.keys` beside it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, account: str, key: Key) -> None:
        """Record a key, replacing any of that secret."""
        row = (account, *(getattr(key, name) for name in _FIELDS))
        self._database.write(lambda connection: connection.execute(_PUT, row).rowcount)

    def get(self, account: str) -> Key | None:
        """Return the key of a secret's hash."""
        row = self._database.read(lambda connection: connection.execute(_GET, (account,)).fetchone())
        return _key(row) if row else None

    def all(self) -> list[Key]:
        """Return all keys, by name."""
        return [_key(row) for row in self._database.read(lambda connection: connection.execute(_ALL).fetchall())]

    def change(self, account: str, changes: Mapping[str, str | int | None]) -> Key | None:
        """Set fields of a key, by their names in `Key`; return it, or None where there is no such key."""
        if not changes.keys() <= set(_FIELDS):
            message = f"a key has no {sorted(changes.keys() - set(_FIELDS))}"
            raise ValueError(message)
        setting = ", ".join(f"{name} = ?" for name in changes)
        statement = f"UPDATE keys SET {setting} WHERE secret_hash = ? RETURNING {_COLUMNS}"
        values = (*changes.values(), account)
        rows = self._database.write(lambda connection: connection.execute(statement, values).fetchall())
        return _key(rows[0]) if rows else None


@dataclass(slots=True)
class _Account:
    """What a key has used."""

    full_at: int = 0  # of its bucket (quotas.Bucket)
    slots: dict[str, bytes] = field(default_factory=dict)  # quotas.slot_value, by the slots' names
    look_at: int = SLOTS_KEPT  # the next number of slots that calls for a look through them
    lock: threading.Lock = field(default_factory=threading.Lock)


class EmbeddedKeyStore:
    """Core's KeyStore, for the one process that serves. To be made when the jobs are recovered."""

    def __init__(self, table: KeyTable, master: bytes, jobs: JobStore) -> None:
        self._table = table
        self._master = master
        self._jobs = jobs
        self._names = map(str, itertools.count())
        self._accounts: dict[str, _Account] = {}  # of the table's keys alone, so it ends
        for active in jobs.scan_active():
            account = secret_hash(derive_secret(master, active.job.owner))
            value = quotas.slot_value(active.job.job_id, _now_us() // 1000)
            self._account(account).slots[next(self._names)] = value

    def put(self, key: Key) -> str:
        """Record a key, with its bucket full and no slot taken but by jobs that are active, and return its secret."""
        secret = derive_secret(self._master, key.public_key)
        account = secret_hash(secret)
        self._table.put(account, key)
        used = self._account(account)
        with used.lock:
            used.full_at = 0
        return secret

    def authenticate(self, request: SignedParts, job: Callable[[str], str] | None = None) -> Admission:
        """Admit a request, and count it; a forged signature is refused before the table is read.

        `job`: the request may start the job whose id this returns for the caller's account, so it claims a slot.
        The caller of this then owes `release` if no job comes of it.
        Raises UnauthorizedError, RateLimitError, ConcurrencyLimitError (these two count as requests as well),
        BusyError.
        """
        account = secret_hash(caller_secret(self._master, request))
        key = self._key(account)
        if job is None:
            return Admission(key, self._count(account, key), account=account)
        return self._admit(account, key, Slot(account, next(self._names), job(account)))

    def recognizes(self, authorization: str) -> bool:
        """Whether an Authorization header names a key that there is; nothing is counted, and nothing proved."""
        secret = claimed_secret(self._master, authorization)
        return secret is not None and self._table.get(secret_hash(secret)) is not None

    def claim(self, admission: Admission, job_ids: Sequence[str]) -> Claimed:
        """Claim slots for several jobs of an admitted request at once; see core's KeyStore."""
        if not job_ids:
            return Claimed((), admission.rate, None)
        used = self._account(admission.account)
        for left in reversed(range(TRIES)):
            self._make_room(used, admission.key, len(job_ids))
            claimed = self._claim_many(used, admission, job_ids, alone=left > 0)
            if claimed:
                return claimed
            if job_ids[0] in self._jobs.statuses(job_ids[:1]):
                break
            time.sleep(RECORDING_SECONDS)
        return Claimed((), admission.rate, None)

    def _make_room(self, used: _Account, key: Key, wanted: int) -> None:
        """Free the slots of ended jobs where so many more need them."""
        with used.lock:
            taken = dict(used.slots) if len(used.slots) + wanted > key.concurrency else {}
        if taken:
            self._free_ended(used, taken)

    def _claim_many(
        self, used: _Account, admission: Admission, job_ids: Sequence[str], *, alone: bool
    ) -> Claimed | None:
        """Claim slots, and count their jobs as requests, while the key has both.

        `alone`: None where another request has a slot for the first of these jobs.
        """
        key, step = admission.key, quotas.step_us(admission.key.rate_per_minute)
        with used.lock:
            if alone and job_ids[0] in map(quotas.job_of, used.slots.values()):
                return None
            now, active = _now_us(), len(used.slots)
            bucket = Bucket(used.full_at, step, key.burst)
            passing = quotas.passing(bucket, now, key.concurrency - active, len(job_ids))
            slots = [Slot(admission.account, next(self._names), job_id) for job_id in job_ids[:passing]]
            used.slots |= {slot.name: quotas.slot_value(slot.job_id, _now_us() // 1000) for slot in slots}
            if slots:
                bucket = replace(bucket, full_at=max(bucket.full_at, now) + (len(slots) - 1) * step)
                used.full_at = bucket.full_at
        rate = bucket.rate(now)
        return Claimed(
            slots, rate, quotas.refusal(rate, active + len(slots), key.concurrency, len(slots), len(job_ids))
        )

    def release(self, slot: Slot) -> None:
        """Give back a slot that no job came of."""
        self._free(slot)

    def ended(self, slot: Slot) -> None:
        """Note that a slot's job has ended, so its place may be taken."""
        self._free(slot)

    def _key(self, account: str) -> Key:
        """Return a key that may call now. Raises UnauthorizedError."""
        key = self._table.get(account)
        if key is None:
            raise UnauthorizedError(REFUSED)
        if key.status != "active":
            raise UnauthorizedError(REFUSED, "suspended")
        if key.expired:
            raise UnauthorizedError(REFUSED, "expired")
        return key

    def _count(self, account: str, key: Key) -> Rate:
        """Count a request, and return what is left then. Raises RateLimitError."""
        used, step = self._account(account), quotas.step_us(key.rate_per_minute)
        with used.lock:
            now = _now_us()
            bucket = Bucket(used.full_at, step, key.burst)
            if bucket.full_at > bucket.latest(now):
                raise RateLimitError(bucket.rate(now))
            bucket = replace(bucket, full_at=max(bucket.full_at, now) + step)
            used.full_at = bucket.full_at
        return bucket.rate(now)

    def _admit(self, account: str, key: Key, wanted: Slot) -> Admission:
        """Count a request, and claim the slot that it wants."""
        rate, used = self._count(account, key), self._account(account)
        for _ in range(TRIES):
            taken = self._claim(used, key, wanted)
            if taken is None:
                return Admission(key, rate, wanted.job_id, wanted, account)
            statuses = self._jobs.statuses([wanted.job_id, *map(quotas.job_of, taken.values())])
            free = quotas.free_slots(taken, statuses, _now_us() // 1000)
            self._remove(used, free)
            if free:
                continue
            if wanted.job_id in statuses:
                return Admission(key, rate, wanted.job_id, account=account)
            if wanted.job_id not in map(quotas.job_of, taken.values()):
                raise ConcurrencyLimitError(rate, len(taken), key.concurrency)
            time.sleep(RECORDING_SECONDS)  # the same request, sent twice at once: the first is about to record it
        raise BusyError(BUSY)

    def _claim(self, used: _Account, key: Key, wanted: Slot) -> dict[str, bytes] | None:
        """Claim a slot; return those that are taken where none is free."""
        with used.lock:
            if len(used.slots) >= key.concurrency:
                return dict(used.slots)
            used.slots[wanted.name] = quotas.slot_value(wanted.job_id, _now_us() // 1000)
            taken = dict(used.slots) if len(used.slots) >= used.look_at else None
        if taken:
            self._keep_short(used, taken)
        return None

    def _keep_short(self, used: _Account, taken: Mapping[str, bytes]) -> None:
        """Free the slots of ended jobs once there are twice as many as were found to be needed."""
        used.look_at = max(SLOTS_KEPT, 2 * (len(taken) - self._free_ended(used, taken)))

    def _free_ended(self, used: _Account, taken: Mapping[str, bytes]) -> int:
        """Free those of these slots whose jobs have ended, and return how many."""
        statuses = self._jobs.statuses([*map(quotas.job_of, taken.values())])
        free = quotas.free_slots(taken, statuses, _now_us() // 1000)
        self._remove(used, free)
        return len(free)

    def _remove(self, used: _Account, names: Iterable[str]) -> None:
        with used.lock:
            for name in names:
                used.slots.pop(name, None)

    def _free(self, slot: Slot) -> None:
        self._remove(self._account(slot.account), [slot.name])

    def _account(self, account: str) -> _Account:
        return self._accounts.get(account) or self._accounts.setdefault(account, _Account())


def _key(row: tuple[Any, ...]) -> Key:
    """Return the key of a row; SQLite has no truth values but numbers."""
    values = dict(zip(_FIELDS, row, strict=True))
    return Key(**{**values, "one_job_per_signature": bool(values["one_job_per_signature"])})


def _now_us() -> int:
    """Return microseconds of the clock that nobody sets: what is counted here lasts no longer than the process."""
    return time.monotonic_ns() // 1000
