"""DynamoKeyStore: authenticates, counts and admits a request by one conditional update of its key's record.

Rate. The record's `full_at` (quotas.Bucket) moves by one update whose condition is that the bucket isn't
empty. DynamoDB has no maximum in expressions, so a bucket that is full and one that isn't take different
updates. What this process saw last of a key tells which to try; a wrong guess is refused by the condition, and
the refusal brings the record, so the second try is right. A guess costs a call, never exactness.

Concurrency. The same update claims a slot: an entry of the record's map `slots`, on condition that the map
has fewer entries than the key may have jobs. Workers can't write this table (their role may not), and need
not: a slot is worth what its job's record says. So nothing that dies leaves a wrong count. Slots of ended jobs
are given up by later claims:
  - A process that waited for a job knows that it has ended; its next claim takes that slot's place, in the
    same call: the entry is replaced, so the condition is only that it is there.
  - A claim that finds all slots taken reads their jobs' statuses, and takes the place of those that ended.
    Only when there are none is it refused.
  - A map twice as long as it was found to need is looked through likewise, so records stay small: a write is
    billed by the record's size, 1 KB of which is 30 slots.
A counter instead of the map would need a writer at each job's end, exactly once though workers are killed.
The index of active jobs is eventually consistent, so simultaneous requests would all see room there.
"""

from __future__ import annotations

import base64
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast

from functions.aws.errors import adapter
from functions.core import quotas
from functions.core.errors import BusyError, ConcurrencyLimitError, RateLimitError, UnauthorizedError
from functions.core.job import Status
from functions.core.keys import REFUSED, Key, SignedParts, caller_secret, derive_secret, secret_hash
from functions.core.keystore import BUSY, Admission, Claimed, Slot
from functions.core.quotas import Bucket, Rate
from functions.core.store import JobStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TRIES: Final = 20  # each is refused only because another request of the key passed meanwhile
SLOTS_KEPT: Final = 16  # a map as long as this is looked through for ended jobs
FREED_AT_ONCE: Final = 100  # entries that one update removes: an expression may have 4 KB
KEYS_REMEMBERED: Final = 10_000
RECORDING_SECONDS: Final = 0.05  # before another look at whether a job has been recorded; TRIES looks in all

Item = Mapping[str, Any]


class _Memory:
    """What this process knows of a key: hints only, which the record's conditions check."""

    def __init__(self) -> None:
        self.bucket: Bucket | None = None  # as it was last seen
        self.look_at = SLOTS_KEPT  # the next length of the map of slots that calls for a look through it
        self._ended: set[str] = set()  # slots whose jobs have ended
        self._lock = threading.Lock()

    def refuse_empty(self) -> None:
        """Raise RateLimitError where the bucket is known to be empty.

        Requests that this process saw nothing of can only have emptied it further. So a flood is refused without a
        write, which others' records would be throttled for: they may lie in the same partition.
        """
        if self.bucket and not (rate := self.bucket.rate(_now_us())).remaining:
            raise RateLimitError(rate)

    def add_ended(self, names: Iterable[str]) -> None:
        with self._lock:
            self._ended.update(names)

    def take_ended(self) -> list[str]:
        """Return slots to take the place of, each to one caller."""
        with self._lock:
            taken = list(self._ended)[:FREED_AT_ONCE]
            self._ended.difference_update(taken)
            return taken


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one update: the record as it is after it, or as it was when the condition refused."""

    passed: bool
    key: Key
    bucket: Bucket
    rate: Rate
    slots: Mapping[str, bytes]

    @property
    def limited(self) -> bool:
        """Whether it was the rate that refused."""
        return not self.passed and self.rate.remaining == 0


@adapter
class DynamoKeyStore:
    """The keys table: core's KeyStore."""

    def __init__(self, client: DynamoDBClient, table: str, master: bytes, jobs: JobStore) -> None:
        self._client = client
        self._table = table
        self._master = master
        self._jobs = jobs
        self._memories: dict[str, _Memory] = {}

    def put(self, key: Key) -> str:
        """Record a key, with its bucket full and its slots free, and return its secret."""
        secret = derive_secret(self._master, key.public_key)
        self._client.put_item(TableName=self._table, Item=item_of(secret_hash(secret), key))
        return secret

    def authenticate(self, request: SignedParts, job: Callable[[str], str] | None = None) -> Admission:
        """Admit a request, and count it; a forged signature is refused before the table is called.

        `job`: the request may start the job whose id this returns for the caller's account, so it claims a slot.
        The caller of this then owes `release` if no job comes of it.
        Raises UnauthorizedError, RateLimitError, ConcurrencyLimitError (these two count as requests as well),
        BusyError.
        """
        account = secret_hash(caller_secret(self._master, request))
        if job is None:
            return self._admit(account, None)
        return self._admit(account, Slot(account, secrets.token_urlsafe(6), job(account)))

    def claim(self, admission: Admission, job_ids: Sequence[str]) -> Claimed:
        """Claim slots for several jobs of an admitted request at once; see core's KeyStore.

        The first try takes it that the key has places for all; its refusal tells how many there are.
        """
        if not job_ids:
            return Claimed((), admission.rate, None)
        memory, concurrency = self._memory(admission.account), admission.key.concurrency
        slots = [Slot(admission.account, secrets.token_urlsafe(6), job_id) for job_id in job_ids]
        spare, slots[0] = slots[0], replace(slots[0], name=_name_of_first(job_ids[0]))
        passing = min(len(slots), concurrency, 1 + admission.rate.remaining)
        for left in reversed(range(TRIES)):
            if not left:
                slots[0] = spare
            outcome = self._update_many(admission, memory.bucket, slots[:passing])
            memory.bucket = outcome.bucket
            active = len(outcome.slots)
            if outcome.passed:
                self._keep_short(memory, outcome)
                why = quotas.refusal(outcome.rate, active, concurrency, passing, len(slots))
                return Claimed(slots[:passing], outcome.rate, why)
            if left and slots[0].name in outcome.slots:  # the same request, sent twice at once
                if job_ids[0] in self._jobs.statuses(job_ids[:1]):
                    return Claimed((), outcome.rate, None)
                time.sleep(RECORDING_SECONDS)
                continue
            if active + len(slots) > concurrency:
                free = quotas.free_slots(outcome.slots, self._statuses(outcome), _now_us() // 1000)
                active -= self._free(admission.account, free)
            passing = quotas.passing(outcome.bucket, _now_us(), concurrency - active, len(slots))
            if not passing:
                why = quotas.refusal(outcome.rate, active, concurrency, 0, len(slots))
                return Claimed((), outcome.rate, why)
        raise BusyError(BUSY)

    def release(self, slot: Slot) -> None:
        """Give back a slot that no job came of."""
        self._client.update_item(
            TableName=self._table,
            Key={"secret_hash": {"S": slot.account}},
            UpdateExpression="REMOVE slots.#name",
            ConditionExpression="attribute_exists(slots)",
            ExpressionAttributeNames={"#name": slot.name},
        )

    def ended(self, slot: Slot) -> None:
        """Note that a slot's job has ended: this process's next claim takes its place."""
        self._memory(slot.account).add_ended([slot.name])

    def _admit(self, account: str, wanted: Slot | None) -> Admission:
        memory = self._memory(account)
        for _ in range(TRIES):
            memory.refuse_empty()
            freed = memory.take_ended() if wanted else []
            outcome = self._update(account, memory.bucket, wanted, freed)
            memory.bucket = outcome.bucket
            if outcome.passed:
                self._keep_short(memory, outcome)
                return Admission(outcome.key, outcome.rate, wanted.job_id if wanted else None, wanted, account)
            memory.add_ended(name for name in freed if name in outcome.slots)
            if outcome.limited:
                raise RateLimitError(outcome.rate)
            if wanted and not freed and len(outcome.slots) >= outcome.key.concurrency:
                statuses = self._statuses(outcome, wanted.job_id)
                free = quotas.free_slots(outcome.slots, statuses, _now_us() // 1000)
                memory.add_ended(free)
                if not free and _being_recorded(wanted.job_id, outcome.slots, statuses):
                    time.sleep(RECORDING_SECONDS)  # the same request, sent twice at once
                elif not free:
                    return self._without_slot(wanted, outcome, recorded=wanted.job_id in statuses)
        raise BusyError(BUSY)

    def _without_slot(self, wanted: Slot, outcome: _Outcome, *, recorded: bool) -> Admission:
        """Count a request for which there is no slot; admit it only if its job is recorded already."""
        counted = self._admit(wanted.account, None)
        if recorded:
            return replace(counted, job_id=wanted.job_id)
        raise ConcurrencyLimitError(counted.rate, len(outcome.slots), outcome.key.concurrency)

    def _keep_short(self, memory: _Memory, outcome: _Outcome) -> None:
        """Find ended jobs in a map of slots that has grown long, for the next claim to take their places."""
        if len(outcome.slots) >= memory.look_at:
            free = quotas.free_slots(outcome.slots, self._statuses(outcome), _now_us() // 1000)
            memory.add_ended(free)
            memory.look_at = max(SLOTS_KEPT, 2 * (len(outcome.slots) - len(free)))
        elif len(outcome.slots) < memory.look_at // 4:
            memory.look_at = max(SLOTS_KEPT, memory.look_at // 2)

    def _statuses(self, outcome: _Outcome, *more: str) -> dict[str, Status]:
        return self._jobs.statuses([*more, *map(quotas.job_of, outcome.slots.values())])

    def _update(self, account: str, bucket: Bucket | None, wanted: Slot | None, freed: Sequence[str]) -> _Outcome:
        """Try to count a request and claim its slot. Raises UnauthorizedError."""
        now = _now_us()
        values: dict[str, Any] = {":now": {"N": str(now)}}
        names: dict[str, str] = {}
        if bucket is None or bucket.full_at < now:
            update, condition = "SET full_at = :now + step_us", "full_at <= :now"
        else:
            update, condition = "SET full_at = full_at + step_us", "full_at BETWEEN :now AND :latest"
            values[":latest"] = {"N": str(bucket.latest(now))}
        if wanted:
            update += ", slots.#wanted = :job"
            names["#wanted"] = wanted.name
            values[":job"] = {"B": quotas.slot_value(wanted.job_id, _now_us() // 1000)}
            condition += " AND attribute_exists(slots.#f0)" if freed else " AND size(slots) < concurrency"
        if freed:
            names |= {f"#f{number}": name for number, name in enumerate(freed)}
            update += " REMOVE " + ", ".join(f"slots.#f{number}" for number in range(len(freed)))
        return self._count(account, update, condition, values, names)

    def _update_many(self, admission: Admission, bucket: Bucket | None, wanted: Sequence[Slot]) -> _Outcome:
        """Try to claim slots for several jobs of a request that is counted already, and to count the others."""
        now, key, more = _now_us(), admission.key, len(wanted) - 1
        step = quotas.step_us(key.rate_per_minute)
        values: dict[str, Any] = {
            ":now": {"N": str(now)},
            ":cost": {"N": str(more * step)},
            ":most": {"N": str(key.concurrency - len(wanted))},
        }
        if bucket is None or bucket.full_at < now:
            update, condition = "SET full_at = :now + :cost", "full_at <= :now"
        else:
            update, condition = "SET full_at = full_at + :cost", "full_at BETWEEN :now AND :latest"
            values[":latest"] = {"N": str(now + (key.burst - more) * step)}
        for number, slot in enumerate(wanted):
            update += f", slots.#s{number} = :j{number}"
            values[f":j{number}"] = {"B": quotas.slot_value(slot.job_id, _now_us() // 1000)}
        names = {f"#s{number}": slot.name for number, slot in enumerate(wanted)}
        condition += " AND size(slots) <= :most AND attribute_not_exists(slots.#s0)"
        return self._count(admission.account, update, condition, values, names)

    def _free(self, account: str, names: Iterable[str]) -> int:
        """Give up slots whose jobs have ended; return how many."""
        ended = list(names)
        for start in range(0, len(ended), FREED_AT_ONCE):
            batch = ended[start : start + FREED_AT_ONCE]
            self._client.update_item(
                TableName=self._table,
                Key={"secret_hash": {"S": account}},
                UpdateExpression="REMOVE " + ", ".join(f"slots.#f{number}" for number in range(len(batch))),
                ConditionExpression="attribute_exists(slots)",
                ExpressionAttributeNames={f"#f{number}": name for number, name in enumerate(batch)},
            )
        return len(ended)

    def _count(
        self, account: str, update: str, condition: str, values: Mapping[str, Any], names: Mapping[str, str]
    ) -> _Outcome:
        """Do an update, if its condition holds, and return the record. Raises UnauthorizedError."""
        request: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
        try:
            response = self._client.update_item(
                TableName=self._table,
                Key={"secret_hash": {"S": account}},
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **request,
            )
        except self._client.exceptions.ConditionalCheckFailedException as refusal:
            return _outcome(cast("Item", refusal.response.get("Item", {})), passed=False)
        return _outcome(response["Attributes"], passed=True)

    def _memory(self, account: str) -> _Memory:
        if len(self._memories) >= KEYS_REMEMBERED and account not in self._memories:
            self._memories.clear()
        return self._memories.setdefault(account, _Memory())


def item_of(account: str, key: Key) -> dict[str, Any]:
    """Return the record of a new key, under its secret's hash: its bucket is full and its slots are free."""
    item: dict[str, Any] = {
        "secret_hash": {"S": account},
        "public_key": {"S": key.public_key},
        "name": {"S": key.name},
        "tier": {"S": key.tier},
        "status": {"S": key.status},
        "rate_per_minute": {"N": str(key.rate_per_minute)},
        "burst": {"N": str(key.burst)},
        "concurrency": {"N": str(key.concurrency)},
        "full_at": {"N": "0"},
        "step_us": {"N": str(quotas.step_us(key.rate_per_minute))},
        "slots": {"M": {}},
    }
    if key.one_job_per_signature:
        item["one_job_per_signature"] = {"BOOL": True}
    if key.expires_at is not None:
        item["expires_at"] = {"N": str(key.expires_at)}
    if key.webhook is not None:
        item["webhook"] = {"S": key.webhook}
    return item


def key_of(item: Item) -> Key:
    """Return the key that a record is of."""
    return Key(
        public_key=item["public_key"]["S"],
        name=item["name"]["S"],
        tier=item["tier"]["S"],
        status=item["status"]["S"],
        expires_at=int(item["expires_at"]["N"]) if "expires_at" in item else None,
        rate_per_minute=int(item["rate_per_minute"]["N"]),
        burst=int(item["burst"]["N"]),
        concurrency=int(item["concurrency"]["N"]),
        one_job_per_signature=item.get("one_job_per_signature", {}).get("BOOL", False),
        webhook=item["webhook"]["S"] if "webhook" in item else None,
    )


def _name_of_first(job_id: str) -> str:
    """Return the name of the slot for a batch's first job: the same batch, sent twice at once, finds it taken."""
    return base64.urlsafe_b64encode(uuid.UUID(job_id).bytes[-6:]).decode()


def _being_recorded(job_id: str, slots: Mapping[str, bytes], statuses: Mapping[str, Status]) -> bool:
    """Whether another request has a slot for this very job and is about to record it, or to give the slot back."""
    return job_id not in statuses and job_id in map(quotas.job_of, slots.values())


def _outcome(item: Item, *, passed: bool) -> _Outcome:
    """Read a record. Raises UnauthorizedError where there is none, and for a key that may not call."""
    if not item:
        raise UnauthorizedError(REFUSED)
    key = key_of(item)
    if key.status != "active":
        raise UnauthorizedError(REFUSED, "suspended")
    if key.expired:
        raise UnauthorizedError(REFUSED, "expired")
    bucket = Bucket(int(item["full_at"]["N"]), int(item["step_us"]["N"]), key.burst)
    slots = {name: bytes(slot["B"]) for name, slot in item["slots"]["M"].items()}
    return _Outcome(passed, key, bucket, bucket.rate(_now_us()), slots)


def _now_us() -> int:
    return time.time_ns() // 1000
