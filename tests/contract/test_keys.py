"""The keys: rate and concurrency are exact, whatever the interleaving, and so are the counters afterwards."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from typing import Any
from unittest import mock

import pytest

from functions.core import quotas
from functions.core.errors import BusyError, ConcurrencyLimitError, RateLimitError, ServiceError, UnauthorizedError
from functions.core.job import Job, NetworkMode, Status, Submission
from functions.core.keys import Key, SignedParts
from functions.core.keystore import Admission, Claimed, KeyStore
from functions.core.service import unfinished_result
from functions.core.store import now_ms
from tests.contract.backends import Backend

PUBLIC_KEY = "unsb-pk-quot-quot-quot-quot"
PROGRAM = Submission(language="python", code="1")


def request(secret: str) -> SignedParts:
    return SignedParts(f"Bearer {secret}", "", "", "POST", ("/execute",), b"")


def key(rate_per_minute: int = 6000, burst: int = 1000, concurrency: int = 1000) -> Key:
    return Key(PUBLIC_KEY, rate_per_minute=rate_per_minute, burst=burst, concurrency=concurrency)


def claim(keys: KeyStore, secret: str) -> Admission:
    return keys.authenticate(request(secret), lambda _: str(uuid.uuid4()))


def record(storage: Backend, admission: Admission) -> Job:
    """Do what the API does after a claim."""
    assert admission.job_id
    job = Job(
        job_id=admission.job_id,
        owner=PUBLIC_KEY,
        status=Status.PENDING,
        language="python",
        network_mode=NetworkMode.ZEROTRUST,
        created_ms=now_ms(),
    )
    assert storage.store.put(job, PROGRAM)
    return job


def end(storage: Backend, job: Job) -> None:
    """End a job as a worker does, which has nothing of the keys table."""
    storage.store.claim(job.job_id, "worker")
    assert storage.store.finish(
        job.job_id, "worker", Status.COMPLETED, unfinished_result(job, Status.COMPLETED, "test")
    )


def outcome(action: Callable[[KeyStore], object], keys: KeyStore) -> str:
    try:
        action(keys)
    except ServiceError as error:
        return type(error).__name__
    return "passed"


def fifty_at_once(storage: Backend, action: Callable[[KeyStore], object]) -> Counter[str]:
    """Do something fifty times at once, spread over five processes' key stores."""
    stores = [storage.another_process() for _ in range(5)]
    with ThreadPoolExecutor(50) as pool:
        return Counter(pool.map(lambda number: outcome(action, stores[number % 5]), range(50)))


def test_of_fifty_at_once_the_bucket_lets_ten_pass(storage: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    monkeypatch.setattr(f"{storage.keys_module}._now_us", lambda: now // 1000)  # nothing is regained meanwhile
    secret = storage.keys.put(key(rate_per_minute=10, burst=10))
    assert fifty_at_once(storage, lambda keys: keys.authenticate(request(secret))) == {
        "passed": 10,
        "RateLimitError": 40,
    }
    monkeypatch.setattr(f"{storage.keys_module}._now_us", lambda: now // 1000 + 2 * quotas.step_us(10))
    assert fifty_at_once(storage, lambda keys: keys.authenticate(request(secret))) == {
        "passed": 2,
        "RateLimitError": 48,
    }


def test_of_fifty_at_once_three_get_slots(storage: Backend) -> None:
    secret = storage.keys.put(key(concurrency=3))
    found = fifty_at_once(storage, lambda keys: record(storage, claim(keys, secret)))
    assert found == {"passed": 3, "ConcurrencyLimitError": 47}
    assert (len(storage.slots(secret)), storage.jobs_recorded()) == (3, 3)


def test_rate_and_concurrency_together(storage: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    monkeypatch.setattr(f"{storage.keys_module}._now_us", lambda: now // 1000)
    secret = storage.keys.put(key(rate_per_minute=10, burst=10, concurrency=3))
    found = fifty_at_once(storage, lambda keys: record(storage, claim(keys, secret)))
    assert found == {"passed": 3, "ConcurrencyLimitError": 7, "RateLimitError": 40}


def test_slots_of_ended_jobs_are_free_to_any_process_and_those_of_others_are_not(storage: Backend) -> None:
    secret = storage.keys.put(key(concurrency=3))
    jobs = [record(storage, claim(storage.another_process(), secret)) for _ in range(3)]
    end(storage, jobs[0])
    end(storage, jobs[2])
    found = fifty_at_once(storage, lambda keys: record(storage, claim(keys, secret)))
    assert found == {"passed": 2, "ConcurrencyLimitError": 48}


def test_a_killed_workers_job_holds_its_slot_until_the_sweep_ends_it(storage: Backend) -> None:
    secret = storage.keys.put(key(concurrency=1))
    job = record(storage, claim(storage.keys, secret))
    storage.store.claim(job.job_id, "worker that is killed")
    with pytest.raises(ConcurrencyLimitError) as refusal:
        claim(storage.keys, secret)
    assert (refusal.value.active, refusal.value.limit) == (1, 1)
    (active,) = storage.store.scan_active()
    assert active.lease_until_ms
    assert storage.store.expire(job.job_id, active.lease_until_ms, unfinished_result(job, Status.COMPLETED, "lost"))
    claim(storage.keys, secret)
    assert len(storage.slots(secret)) == 1


def test_a_slot_whose_job_was_never_recorded_lapses(storage: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = storage.keys.put(key(concurrency=1))
    claim(storage.keys, secret)
    assert outcome(lambda keys: claim(keys, secret), storage.keys) == "ConcurrencyLimitError"
    now = import_module(storage.keys_module)._now_us()
    monkeypatch.setattr(f"{storage.keys_module}._now_us", lambda: now + (quotas.UNUSED_SECONDS + 1) * 1_000_000)
    claim(storage.keys, secret)


def test_a_released_slot_is_free(storage: Backend) -> None:
    secret = storage.keys.put(key(concurrency=1))
    for _ in range(3):
        admission = claim(storage.keys, secret)
        assert admission.slot
        storage.keys.release(admission.slot)
    assert storage.slots(secret) == {}


def test_slots_stay_few_though_nobody_waits(storage: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = storage.keys.put(key())
    jobs: Any = storage.keys._jobs  # type: ignore[attr-defined]
    noting = mock.Mock(wraps=jobs)
    monkeypatch.setattr(storage.keys, "_jobs", noting)
    for _ in range(100):
        end(storage, record(storage, claim(storage.keys, secret)))
        assert len(storage.slots(secret)) <= 16
    assert 0 < noting.statuses.call_count < 100 / (16 - 2)


def test_a_repeated_request_for_a_recorded_job_needs_no_slot(storage: Backend) -> None:
    secret = storage.keys.put(key(concurrency=1))
    job = record(storage, claim(storage.keys, secret))
    again = storage.keys.authenticate(request(secret), lambda _: job.job_id)
    assert (again.job_id, again.slot) == (job.job_id, None)


@pytest.mark.parametrize("recorded", [True, False])
def test_a_request_sent_twice_at_once_waits_for_the_first_to_record_its_job(
    storage: Backend, monkeypatch: pytest.MonkeyPatch, recorded: bool
) -> None:
    secret = storage.keys.put(key(concurrency=1))
    job_id = str(uuid.uuid4())
    first = storage.keys.authenticate(request(secret), lambda _: job_id)
    assert first.slot

    def meanwhile(_seconds: float) -> None:
        if recorded:
            record(storage, first)
        elif first.slot:
            storage.keys.release(first.slot)

    monkeypatch.setattr(f"{storage.keys_module}.time.sleep", meanwhile)
    second = storage.another_process().authenticate(request(secret), lambda _: job_id)
    assert (second.job_id, second.slot is None) == (job_id, recorded)
    assert len(storage.slots(secret)) == 1
    with pytest.raises(ConcurrencyLimitError):
        claim(storage.another_process(), secret)


def test_a_request_whose_first_never_records_its_job_is_told_to_try_again(
    storage: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = storage.keys.put(key(concurrency=1))
    job_id = str(uuid.uuid4())
    storage.keys.authenticate(request(secret), lambda _: job_id)
    waits: list[float] = []
    monkeypatch.setattr(f"{storage.keys_module}.time.sleep", waits.append)
    with pytest.raises(BusyError):
        storage.another_process().authenticate(request(secret), lambda _: job_id)
    assert sum(waits) == pytest.approx(1, abs=0.1)


def test_what_is_left(storage: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns() // 1000
    monkeypatch.setattr(f"{storage.keys_module}._now_us", lambda: now)
    secret = storage.keys.put(key(rate_per_minute=10, burst=3))
    left = [storage.keys.authenticate(request(secret)).rate for _ in range(3)]
    assert [(rate.limit, rate.remaining, rate.reset_seconds) for rate in left] == [(3, 2, 6), (3, 1, 12), (3, 0, 18)]
    with pytest.raises(RateLimitError) as refusal:
        storage.keys.authenticate(request(secret))
    assert (refusal.value.rate.remaining, refusal.value.rate.retry_after) == (0, 6)


def test_an_unknown_secret_leaves_no_record(storage: Backend) -> None:
    before = storage.keys_recorded()
    unknown = "unsb-sk-aaaaa-aaaaa-aaaaa-aaaaa"
    with pytest.raises(UnauthorizedError):
        storage.keys.authenticate(request(unknown))
    with pytest.raises(UnauthorizedError):
        claim(storage.keys, unknown)
    assert storage.keys_recorded() == before


def test_a_suspended_or_ended_key_is_refused_and_says_why_to_its_holder(storage: Backend) -> None:
    for state, reason in (({"status": "suspended"}, "suspended"), ({"expires_at": 1}, "expired")):
        secret = storage.keys.put(Key(PUBLIC_KEY, **state))
        with pytest.raises(UnauthorizedError) as refusal:
            claim(storage.keys, secret)
        assert refusal.value.reason == reason


def test_what_is_admitted_is_the_key_as_recorded(storage: Backend) -> None:
    ada = Key(PUBLIC_KEY, "Ada", "gold", "active", int(time.time()) + 60, 30, 5, 7)
    assert storage.keys.authenticate(request(storage.keys.put(ada))).key == ada


def test_of_fifty_releases_and_claims_at_once_no_place_is_lost(storage: Backend) -> None:
    secret = storage.keys.put(key(concurrency=5))

    def claim_and_release(keys: KeyStore) -> None:
        admission = claim(keys, secret)
        assert admission.slot
        keys.release(admission.slot)

    assert set(fifty_at_once(storage, claim_and_release)) <= {"passed", "ConcurrencyLimitError", "BusyError"}
    assert storage.slots(secret) == {}
    for _ in range(5):
        claim(storage.keys, secret)
    assert outcome(lambda keys: claim(keys, secret), storage.keys) == "ConcurrencyLimitError"


def test_a_signature_is_used_once_and_forgotten_after_its_time(storage: Backend) -> None:
    signatures = storage.signatures
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: signatures.use("a", 600), range(8))) == 1
    assert storage.signatures.use("a", 600) is False
    assert signatures.use("b", 600)
    assert signatures.use("c", -2)
    assert signatures.use("c", 600), "its time was over"
    assert signatures.use("c", 600) is False


def test_a_key_keeps_what_it_asked_for(storage: Backend) -> None:
    secret = storage.keys.put(replace(key(), one_job_per_signature=True))
    assert claim(storage.keys, secret).key.one_job_per_signature is True


def ids(count: int) -> list[str]:
    return [str(uuid.uuid4()) for _ in range(count)]


def claim_many(keys: KeyStore, secret: str, job_ids: list[str]) -> Claimed:
    return keys.claim(keys.authenticate(request(secret)), job_ids)


def test_a_batch_gets_slots_for_its_first_jobs(storage: Backend) -> None:
    secret = storage.keys.put(key(concurrency=5))
    record(storage, claim(storage.keys, secret))
    wanted = ids(7)
    claimed = claim_many(storage.another_process(), secret, wanted)
    assert [slot.job_id for slot in claimed.slots] == wanted[:4]
    assert isinstance(claimed.refusal, ConcurrencyLimitError)
    assert (claimed.refusal.active, claimed.refusal.limit) == (5, 5)
    none = claim_many(storage.keys, secret, ids(3))
    assert (list(none.slots), type(none.refusal)) == ([], ConcurrencyLimitError)
    for slot in claimed.slots:
        storage.keys.release(slot)
    assert len(storage.slots(secret)) == 1


def test_a_batch_takes_the_places_of_ended_jobs(storage: Backend) -> None:
    secret = storage.keys.put(key(concurrency=5))
    jobs = [record(storage, claim(storage.keys, secret)) for _ in range(5)]
    for job in jobs[1:4]:
        end(storage, job)
    claimed = claim_many(storage.another_process(), secret, ids(100))
    assert (len(claimed.slots), len(storage.slots(secret))) == (3, 5)


def test_each_job_of_a_batch_counts_as_a_request(storage: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns() // 1000
    monkeypatch.setattr(f"{storage.keys_module}._now_us", lambda: now)
    secret = storage.keys.put(key(rate_per_minute=10, burst=10))
    claimed = claim_many(storage.keys, secret, ids(4))
    assert (len(claimed.slots), claimed.rate.remaining, claimed.refusal) == (4, 6, None)
    claimed = claim_many(storage.keys, secret, ids(9))
    assert (len(claimed.slots), claimed.rate.remaining) == (6, 0)
    assert isinstance(claimed.refusal, RateLimitError)
    assert outcome(lambda keys: keys.authenticate(request(secret)), storage.keys) == "RateLimitError"


def test_of_fifty_batches_at_once_no_more_jobs_pass_than_may(storage: Backend) -> None:
    secret = storage.keys.put(key(concurrency=30))
    passed: list[int] = []

    def claim_seven(keys: KeyStore) -> None:
        claimed = claim_many(keys, secret, ids(7))
        passed.append(len(claimed.slots))
        assert (claimed.refusal is None) is (len(claimed.slots) == 7)

    assert set(fifty_at_once(storage, claim_seven)) <= {"passed", "BusyError"}
    assert sum(passed) == len(storage.slots(secret)) == 30


def test_an_empty_batch_claims_nothing(storage: Backend) -> None:
    secret = storage.keys.put(key(concurrency=1))
    claimed = claim_many(storage.keys, secret, [])
    assert (list(claimed.slots), claimed.refusal, len(storage.slots(secret))) == ([], None, 0)


@pytest.mark.parametrize("concurrency", [2, 10])
@pytest.mark.parametrize("recorded", [True, False])
def test_a_batch_sent_twice_at_once_waits_for_the_first(
    storage: Backend, monkeypatch: pytest.MonkeyPatch, recorded: bool, concurrency: int
) -> None:
    secret, wanted = storage.keys.put(key(concurrency=concurrency)), ids(2)
    first = claim_many(storage.keys, secret, wanted)
    assert len(first.slots) == 2

    def meanwhile(_seconds: float) -> None:
        for slot in first.slots:
            if recorded:
                record(storage, Admission(key(), first.rate, slot.job_id))
            else:
                storage.keys.release(slot)

    monkeypatch.setattr(f"{storage.keys_module}.time.sleep", meanwhile)
    second = claim_many(storage.another_process(), secret, wanted)
    assert (len(second.slots), second.refusal) == (0 if recorded else 2, None)
    assert len(storage.slots(secret)) == 2


def test_a_batch_waits_for_no_other_for_ever(storage: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, wanted = storage.keys.put(key(concurrency=10)), ids(2)
    assert len(claim_many(storage.keys, secret, wanted).slots) == 2, "of a process that dies now"
    monkeypatch.setattr(f"{storage.keys_module}.time.sleep", lambda _seconds: None)
    assert len(claim_many(storage.another_process(), secret, wanted).slots) == 2
    assert len(storage.slots(secret)) == 4
