"""Workers that are kept for a customer: they get his next jobs of their pool, and no other's, whoever writes what."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import pytest

from functions.api.dependencies import forget
from functions.aws import clients, compose, kept
from functions.aws.dispatch import AwsDispatch
from functions.aws.jobs import DynamoJobStore
from functions.aws.kept import KEY_PREFIX, KeptWorkers, WaitingWorker
from functions.aws.kept_work import KeptWorkQueue
from functions.core.errors import StorageError
from functions.core.job import Job, NetworkMode, Status, Submission
from functions.core.store import Claim, now_ms
from tests.api.events import call
from tests.aws import MASTER, Cloud, cloud
from tests.jobs import new_job, result

POOL = "python-zerotrust"
AGES = 60.0  # seconds that no test takes


@dataclass
class Service:
    """The API of a deployment with `reuse`, and its workers."""

    aws: Cloud
    kept: KeptWorkers = field(init=False)
    store: DynamoJobStore = field(init=False)
    dispatch: AwsDispatch = field(init=False)

    def __post_init__(self) -> None:
        dynamodb, table = clients.dynamodb(), self.aws.settings.jobs_table
        self.kept = KeptWorkers(dynamodb, table, MASTER.encode())
        self.store = DynamoJobStore(dynamodb, table, self.aws.files, self.kept)
        self.dispatch = AwsDispatch(self.store, self.aws.queue, (), kept=self.kept)

    def submit(self, job_id: str, owner: str = "me", **other: Any) -> Job:
        job = new_job(job_id, owner).model_copy(update=other)
        assert self.store.put(job, Submission(language=job.language, code="1"))
        self.dispatch.send(job, awaited=False)
        return job

    def worker(self, name: str = "worker", seconds: float = AGES) -> KeptWorkQueue:
        aws, waiting = self.aws, WaitingWorker(clients.dynamodb(), self.aws.settings.jobs_table, name)
        return KeptWorkQueue(POOL, name, aws.store, aws.queue, aws.files, waiting=waiting, kept_seconds=seconds)

    def unheard(self) -> int:
        return self.aws.messages(POOL)


@pytest.fixture
def reuse() -> Iterator[Service]:
    with cloud() as fresh:
        yield Service(fresh)


def run(work: KeptWorkQueue) -> str | None:
    """Run the worker's next job; return its id, None when it got none."""
    message = work.receive(1)
    claim = work.claim(message) if message else None
    if message is None or claim is None:
        return None
    work.finish(message, claim, Status.COMPLETED, result(claim.job), young=True)
    return claim.job.job_id


def had_a_job(reuse: Service, seconds: float = AGES) -> tuple[KeptWorkQueue, Job]:
    """Return a worker that has run one job of "me", and that job."""
    job, work = reuse.submit("first"), reuse.worker(seconds=seconds)
    assert run(work) == "first"
    return work, job


def key_of(reuse: Service, job: Job) -> str:
    return reuse.kept.key(job)


def waits(reuse: Service, job: Job, name: str = "worker") -> None:
    """Have a worker wait as one does that has run a job like this one."""
    waiting = WaitingWorker(clients.dynamodb(), reuse.aws.settings.jobs_table, name)
    waiting.wait(key_of(reuse, job), now_ms() + int(AGES * 1000))


@contextmanager
def once_it_waits(then: Callable[[], object]) -> Iterator[None]:
    """Have something happen as soon as a worker says that it waits."""
    genuine = WaitingWorker.wait

    def wait(waiting: WaitingWorker, key: str, until_ms: int) -> None:
        genuine(waiting, key, until_ms)
        then()

    with mock.patch.object(WaitingWorker, "wait", wait):
        yield


def test_it_gets_its_customers_next_jobs_past_the_queue(reuse: Service) -> None:
    work, _ = had_a_job(reuse)
    for number in range(3):
        with once_it_waits(functools.partial(reuse.submit, f"next-{number}")):
            assert run(work) == f"next-{number}"
        assert reuse.unheard() == 0
    assert not work.over


@pytest.mark.parametrize(
    "other",
    [{"owner": "you"}, {"language": "bash"}, {"network_mode": NetworkMode.SEMITRUSTED}],
    ids=lambda other: next(iter(other)),
)
def test_other_jobs_arent_given_to_it(reuse: Service, other: dict[str, str]) -> None:
    _, job = had_a_job(reuse)
    waits(reuse, job)
    sent = reuse.submit("other", **other)
    assert key_of(reuse, sent) != key_of(reuse, job)
    assert reuse.aws.messages(f"{sent.language}-{sent.network_mode}") == 1


@pytest.mark.parametrize(
    "other",
    [{"owner": "you"}, {"language": "bash"}, {"network_mode": NetworkMode.SEMITRUSTED}],
    ids=lambda other: next(iter(other)),
)
def test_it_takes_no_other_job_whatever_is_written_where_it_looks(reuse: Service, other: dict[str, str]) -> None:
    """As one could who broke out of a sandbox: a pool's role may update any item whose key it knows."""
    work, job = had_a_job(reuse)
    reuse.submit("other", **other)

    def forge() -> None:
        clients.dynamodb().update_item(
            TableName=reuse.aws.settings.jobs_table,
            Key={"job_id": {"S": key_of(reuse, job)}},
            UpdateExpression="SET w_worker = :forged",
            ExpressionAttributeValues={":forged": {"S": f"{now_ms() + 60_000} other"}},
        )

    with once_it_waits(forge):
        message = work.receive(1)
    assert message
    assert message.job_id == "other"
    assert work.claim(message) is None
    found = reuse.store.get("other")
    assert found
    assert (found.status, found.owner) == (Status.PENDING, other.get("owner", "me"))
    fresh = reuse.worker("fresh")
    fresh.pool = f"{found.language}-{found.network_mode}"
    assert run(fresh) == "other"  # its message is still there for a worker that may


def test_it_never_looks_into_the_pools_queue_again(reuse: Service) -> None:
    work, _ = had_a_job(reuse, seconds=0.3)
    reuse.submit("other", owner="you")
    assert run(work) is None
    assert work.over
    assert reuse.unheard() == 1


def test_it_takes_its_customers_jobs_that_wait_in_the_queue_the_eldest_first(reuse: Service) -> None:
    work = reuse.worker(seconds=0.1)
    for number in range(4):
        reuse.submit(f"other-{number}", owner="you")
        reuse.submit(f"mine-{number}", created_ms=1000 + number)
    first = run(work)
    assert first
    owner = first.split("-")[0]
    ran = [first, *iter(lambda: run(work), None)]
    assert ran[1:] == [f"{owner}-{number}" for number in range(4) if f"{owner}-{number}" != first]
    assert work.over
    assert entries(reuse, owner) == set()
    fresh, others = reuse.worker("fresh", seconds=0.1), list[str]()
    while len(others) < 4 and (message := fresh.receive(1)):  # messages of jobs that have run are passed over
        claim = fresh.claim(message)
        if claim:
            fresh.finish(message, claim, Status.COMPLETED, result(claim.job), young=True)
            others.append(claim.job.job_id)
    assert len(others) == 4
    assert not {each.split("-")[0] for each in others} & {owner}


def entries(reuse: Service, owner: str) -> set[str]:
    job = new_job(owner="me" if owner == "mine" else "you")
    key = {"job_id": {"S": key_of(reuse, job)}}
    item = clients.dynamodb().get_item(TableName=reuse.aws.settings.jobs_table, Key=key)["Item"]
    return {name for name in item if name.startswith(("w_", "j_"))}


def test_a_noted_job_that_has_ended_is_passed_over(reuse: Service) -> None:
    work = reuse.worker(seconds=0.1)
    for name in ("first", "gone", "last"):
        reuse.submit(name)
    assert reuse.store.cancel_pending("gone", {})
    ran = []
    while not work.over:
        ran.append(run(work))
    assert set(ran) - {None} == {"first", "last"}
    assert entries(reuse, "mine") == set()


def test_no_more_jobs_are_noted_than_an_item_is_to_hold(reuse: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "NOTED", 3)
    for number in range(5):
        reuse.submit(f"job-{number}")
    assert len(entries(reuse, "mine")) == 3
    assert reuse.unheard() == 5


def test_one_that_nothing_is_given_leaves_and_gets_nothing_more(reuse: Service) -> None:
    work, _ = had_a_job(reuse, seconds=0.3)
    assert run(work) is None
    assert work.over
    reuse.submit("later")
    assert reuse.unheard() == 1


def test_what_is_given_at_the_last_moment_is_taken(reuse: Service) -> None:
    work, _ = had_a_job(reuse)
    with once_it_waits(functools.partial(reuse.submit, "late")), mock.patch.object(KeptWorkQueue, "_look") as look:
        look.return_value = None  # as when it came after the last look
        assert run(work) == "late"
    assert not work.over


def test_many_jobs_at_once_get_a_worker_each(reuse: Service) -> None:
    _, job = had_a_job(reuse)
    for number in range(4):
        waits(reuse, job, f"worker-{number}")
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda number: reuse.kept.give(new_job(f"job-{number}")), range(8)))
    assert sum(given) == 4


def test_what_dead_workers_left_is_dropped(reuse: Service) -> None:
    _, job = had_a_job(reuse)
    for number in range(5):
        waiting = WaitingWorker(clients.dynamodb(), reuse.aws.settings.jobs_table, f"dead-{number}")
        waiting.wait(key_of(reuse, job), now_ms() - 1)
    assert not reuse.kept.give(new_job("none"))
    waits(reuse, job)
    assert reuse.kept.give(new_job("given"))
    item = clients.dynamodb().get_item(
        TableName=reuse.aws.settings.jobs_table, Key={"job_id": {"S": key_of(reuse, job)}}
    )["Item"]
    assert [name for name in item if name.startswith("w_")] == ["w_worker"]


def test_a_job_whose_worker_is_gone_is_asked_to_be_sent(reuse: Service) -> None:
    """launch_worker does so; here it is seen that it is asked, and with the delay that the worker has."""
    _, job = had_a_job(reuse)
    reuse.aws.launches()
    waits(reuse, job)
    reuse.submit("next")
    assert reuse.aws.launches() == []
    [request] = reuse.aws.launches(wait_seconds=3)
    assert (request.job_id, request.pool, request.unsent) == ("next", POOL, True)


def test_a_job_is_sent_where_nobody_can_say_who_waits(reuse: Service) -> None:
    with mock.patch.object(KeptWorkers, "give", side_effect=StorageError("throttled")):
        reuse.submit("job")
    assert reuse.unheard() == 1


def test_a_job_that_is_handed_back_has_no_message_to_release(reuse: Service) -> None:
    work, _ = had_a_job(reuse)
    with once_it_waits(functools.partial(reuse.submit, "next")):
        message = work.receive(1)
    assert message
    claim = work.claim(message)
    assert claim
    assert work.hand_back(message, claim)
    found = reuse.store.get("next")
    assert found
    assert found.status is Status.PENDING


def test_a_worker_whom_the_storage_fails_leaves(reuse: Service) -> None:
    work, _ = had_a_job(reuse)
    with mock.patch.object(WaitingWorker, "wait", side_effect=StorageError("throttled")):
        assert work.receive(1) is None
    assert work.over


def test_looks_that_fail_are_tried_again(reuse: Service) -> None:
    work, job = had_a_job(reuse)
    genuine, failed = WaitingWorker.given, threading.Event()

    def given(waiting: WaitingWorker, key: str) -> str | None:
        if not failed.is_set():
            failed.set()
            reuse.submit("next")
            raise StorageError("throttled")
        return genuine(waiting, key)

    with mock.patch.object(WaitingWorker, "given", given):
        assert run(work) == "next"
    assert key_of(reuse, job).startswith(KEY_PREFIX)


def test_the_key_is_known_to_nobody_without_the_master_secret(reuse: Service) -> None:
    other = KeptWorkers(clients.dynamodb(), reuse.aws.settings.jobs_table, b"another master")
    job = new_job()
    assert other.key(job) != reuse.kept.key(job)
    assert job.owner not in reuse.kept.key(job)


def test_the_environment_turns_it_on(reuse: Service) -> None:
    settings = {"REUSE": "customer", "KEPT_SECONDS": "45"}
    assert not isinstance(compose.work_queue(os.environ, POOL, "worker"), KeptWorkQueue)
    with mock.patch.dict(os.environ, settings):
        forget()
        work = compose.work_queue(os.environ, POOL, "worker")
        assert isinstance(work, KeptWorkQueue)
        assert work.kept_seconds == 45
        answer = call("POST", "/execute/async", '{"language": "python", "code": "1"}', secret=reuse.aws.secret)
        message = work.receive(1)
        assert message
        assert message.job_id == answer.body["job_id"]
        claim: Claim | None = work.claim(message)
    assert claim
    assert claim.next_jobs == reuse.kept.key(claim.job)
    forget()
