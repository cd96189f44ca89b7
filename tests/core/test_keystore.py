"""DynamoKeyStore: rate and concurrency are exact, whatever the interleaving, and so are the counters afterwards."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest

from functions.aws import clients
from functions.aws import keys as keystore
from functions.aws.keys import DynamoKeyStore
from functions.core import quotas
from functions.core.errors import BusyError, ConcurrencyLimitError, RateLimitError, ServiceError, UnauthorizedError
from functions.core.job import Job, NetworkMode, Status, Submission
from functions.core.keys import Key, SignedParts, secret_hash
from functions.core.keystore import Admission
from functions.core.service import unfinished_result
from functions.core.store import now_ms
from tests.aws import MASTER, Cloud, cloud

PUBLIC_KEY = "unsb-pk-quot-quot-quot-quot"
PROGRAM = Submission(language="python", code="1")


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def request(secret: str) -> SignedParts:
    return SignedParts(f"Bearer {secret}", "", "", "POST", ("/execute",), b"")


def key(rate_per_minute: int = 6000, burst: int = 1000, concurrency: int = 1000) -> Key:
    return Key(PUBLIC_KEY, rate_per_minute=rate_per_minute, burst=burst, concurrency=concurrency)


def another_process(aws: Cloud) -> DynamoKeyStore:
    """The same table, seen by a process that remembers nothing."""
    return DynamoKeyStore(clients.dynamodb(), aws.settings.keys_table, MASTER.encode(), aws.store)


def claim(keys: DynamoKeyStore, secret: str) -> Admission:
    return keys.authenticate(request(secret), lambda _: str(uuid.uuid4()))


def record(aws: Cloud, admission: Admission) -> Job:
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
    assert aws.store.put(job, PROGRAM)
    return job


def end(aws: Cloud, job: Job) -> None:
    """End a job as a worker does, which has nothing of the keys table."""
    aws.store.claim(job.job_id, "worker")
    assert aws.store.finish(job.job_id, "worker", Status.COMPLETED, unfinished_result(job, Status.COMPLETED, "test"))


def outcome(action: Callable[[DynamoKeyStore], object], keys: DynamoKeyStore) -> str:
    try:
        action(keys)
    except ServiceError as error:
        return type(error).__name__
    return "passed"


def fifty_at_once(aws: Cloud, action: Callable[[DynamoKeyStore], object]) -> Counter[str]:
    """Do something fifty times at once, spread over five processes' key stores."""
    stores = [another_process(aws) for _ in range(5)]
    with ThreadPoolExecutor(50) as pool:
        return Counter(pool.map(lambda number: outcome(action, stores[number % 5]), range(50)))


def slots(aws: Cloud, secret: str) -> Mapping[str, Any]:
    item = clients.dynamodb().get_item(
        TableName=aws.settings.keys_table, Key={"secret_hash": {"S": secret_hash(secret)}}
    )["Item"]
    return item["slots"]["M"]


def calls(monkeypatch: pytest.MonkeyPatch, keys: DynamoKeyStore) -> list[str]:
    """Note the AWS calls that a key store makes."""
    made: list[str] = []
    client = keys._client
    events = client.meta.events
    events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    monkeypatch.setattr(keys, "_jobs", mock.Mock(wraps=keys._jobs, statuses=_noting(made, keys)))
    return made


def _noting(made: list[str], keys: DynamoKeyStore) -> Callable[[Any], Any]:
    statuses = keys._jobs.statuses

    def noted(job_ids: Any) -> Any:
        made.append("statuses")
        return statuses(job_ids)

    return noted


def test_of_fifty_at_once_the_bucket_lets_ten_pass(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    monkeypatch.setattr(keystore, "_now_us", lambda: now // 1000)  # nothing is regained meanwhile
    secret = aws.keys.put(key(rate_per_minute=10, burst=10))
    assert fifty_at_once(aws, lambda keys: keys.authenticate(request(secret))) == {"passed": 10, "RateLimitError": 40}
    monkeypatch.setattr(keystore, "_now_us", lambda: now // 1000 + 2 * quotas.step_us(10))
    assert fifty_at_once(aws, lambda keys: keys.authenticate(request(secret))) == {"passed": 2, "RateLimitError": 48}


def test_of_fifty_at_once_three_get_slots(aws: Cloud) -> None:
    secret = aws.keys.put(key(concurrency=3))
    found = fifty_at_once(aws, lambda keys: record(aws, claim(keys, secret)))
    assert found == {"passed": 3, "ConcurrencyLimitError": 47}
    assert (len(slots(aws, secret)), aws.items()) == (3, 3)


def test_rate_and_concurrency_together(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    monkeypatch.setattr(keystore, "_now_us", lambda: now // 1000)
    secret = aws.keys.put(key(rate_per_minute=10, burst=10, concurrency=3))
    found = fifty_at_once(aws, lambda keys: record(aws, claim(keys, secret)))
    assert found == {"passed": 3, "ConcurrencyLimitError": 7, "RateLimitError": 40}


def test_slots_of_ended_jobs_are_free_to_any_process_and_those_of_others_are_not(aws: Cloud) -> None:
    secret = aws.keys.put(key(concurrency=3))
    jobs = [record(aws, claim(another_process(aws), secret)) for _ in range(3)]
    end(aws, jobs[0])
    end(aws, jobs[2])
    found = fifty_at_once(aws, lambda keys: record(aws, claim(keys, secret)))
    assert found == {"passed": 2, "ConcurrencyLimitError": 48}


def test_a_killed_workers_job_holds_its_slot_until_the_sweep_ends_it(aws: Cloud) -> None:
    secret = aws.keys.put(key(concurrency=1))
    job = record(aws, claim(aws.keys, secret))
    aws.store.claim(job.job_id, "worker that is killed")
    with pytest.raises(ConcurrencyLimitError) as refusal:
        claim(aws.keys, secret)
    assert (refusal.value.active, refusal.value.limit) == (1, 1)
    (active,) = aws.store.scan_active()
    assert active.lease_until_ms
    assert aws.store.expire(job.job_id, active.lease_until_ms, unfinished_result(job, Status.COMPLETED, "lost"))
    claim(aws.keys, secret)
    assert len(slots(aws, secret)) == 1


def test_a_slot_whose_job_was_never_recorded_lapses(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = aws.keys.put(key(concurrency=1))
    claim(aws.keys, secret)
    assert outcome(lambda keys: claim(keys, secret), aws.keys) == "ConcurrencyLimitError"
    later = now_ms() + (quotas.UNUSED_SECONDS + 1) * 1000
    monkeypatch.setattr(keystore, "now_ms", lambda: later)
    claim(aws.keys, secret)


def test_a_released_slot_is_free(aws: Cloud) -> None:
    secret = aws.keys.put(key(concurrency=1))
    for _ in range(3):
        admission = claim(aws.keys, secret)
        assert admission.slot
        aws.keys.release(admission.slot)
    assert slots(aws, secret) == {}


def test_the_usual_request_is_one_call(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = aws.keys.put(key(rate_per_minute=60_000, concurrency=1))
    made = calls(monkeypatch, aws.keys)
    for _ in range(5):  # one after another, each waited for
        admission = claim(aws.keys, secret)
        assert admission.slot
        end(aws, record(aws, admission))
        aws.keys.ended(admission.slot)
    assert made == ["UpdateItem"] * 5
    assert len(slots(aws, secret)) == 1


def test_a_busy_keys_usual_request_is_one_call(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = aws.keys.put(key(rate_per_minute=60))
    made = calls(monkeypatch, aws.keys)
    for _ in range(5):
        aws.keys.authenticate(request(secret))
    assert made == ["UpdateItem"] * 5


def test_records_stay_short_though_nobody_waits(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = aws.keys.put(key())
    made = calls(monkeypatch, aws.keys)
    for _ in range(100):
        end(aws, record(aws, claim(aws.keys, secret)))
        assert len(slots(aws, secret)) <= keystore.SLOTS_KEPT
    assert Counter(made)["statuses"] < 100 / (keystore.SLOTS_KEPT - 2)


def test_a_repeated_request_for_a_recorded_job_needs_no_slot(aws: Cloud) -> None:
    secret = aws.keys.put(key(concurrency=1))
    job = record(aws, claim(aws.keys, secret))
    again = aws.keys.authenticate(request(secret), lambda _: job.job_id)
    assert (again.job_id, again.slot) == (job.job_id, None)


@pytest.mark.parametrize("recorded", [True, False])
def test_a_request_sent_twice_at_once_waits_for_the_first_to_record_its_job(
    aws: Cloud, monkeypatch: pytest.MonkeyPatch, recorded: bool
) -> None:
    secret = aws.keys.put(key(concurrency=1))
    job_id = str(uuid.uuid4())
    first = aws.keys.authenticate(request(secret), lambda _: job_id)
    assert first.slot

    def meanwhile(_seconds: float) -> None:
        if recorded:
            record(aws, first)
        elif first.slot:
            aws.keys.release(first.slot)

    monkeypatch.setattr("functions.aws.keys.time.sleep", meanwhile)
    second = another_process(aws).authenticate(request(secret), lambda _: job_id)
    assert (second.job_id, second.slot is None) == (job_id, recorded)
    assert len(slots(aws, secret)) == 1
    with pytest.raises(ConcurrencyLimitError):
        claim(another_process(aws), secret)


def test_a_request_whose_first_never_records_its_job_is_told_to_try_again(
    aws: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = aws.keys.put(key(concurrency=1))
    job_id = str(uuid.uuid4())
    aws.keys.authenticate(request(secret), lambda _: job_id)
    waits: list[float] = []
    monkeypatch.setattr("functions.aws.keys.time.sleep", waits.append)
    with pytest.raises(BusyError):
        another_process(aws).authenticate(request(secret), lambda _: job_id)
    assert sum(waits) == pytest.approx(1, abs=0.1)


def test_what_is_left(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns() // 1000
    monkeypatch.setattr(keystore, "_now_us", lambda: now)
    secret = aws.keys.put(key(rate_per_minute=10, burst=3))
    left = [aws.keys.authenticate(request(secret)).rate for _ in range(3)]
    assert [(rate.limit, rate.remaining, rate.reset_seconds) for rate in left] == [(3, 2, 6), (3, 1, 12), (3, 0, 18)]
    with pytest.raises(RateLimitError) as refusal:
        aws.keys.authenticate(request(secret))
    assert (refusal.value.rate.remaining, refusal.value.rate.retry_after) == (0, 6)


def test_an_unknown_secret_leaves_no_record(aws: Cloud) -> None:
    unknown = "unsb-sk-aaaaa-aaaaa-aaaaa-aaaaa"
    with pytest.raises(UnauthorizedError):
        aws.keys.authenticate(request(unknown))
    with pytest.raises(UnauthorizedError):
        claim(aws.keys, unknown)
    assert clients.dynamodb().scan(TableName=aws.settings.keys_table)["Count"] == 1
