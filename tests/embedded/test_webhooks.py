"""The embedded engine's webhooks: every end is told, soon, once; slow receivers keep neither jobs nor each other."""

from __future__ import annotations

import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from functions.core.deliverer import Request
from functions.core.errors import StorageError
from functions.core.job import Job, NetworkMode, Status, Submission
from functions.core.service import cancelled_result
from functions.core.store import now_ms
from functions.core.webhooks import TRIES, Delivery, Outcome
from functions.embedded import housekeeping, opening, webhooks
from functions.embedded.compose import DATABASE, Engine, open_engine
from functions.embedded.database import Database
from functions.embedded.schema import MIGRATIONS
from functions.embedded.webhooks import AT_ONCE, AT_ONCE_FOR_ONE, DueWebhooks, Webhooks
from tests.conftest import wait_until
from tests.embedded.scripted import Staff

MASTER = b"master"
URL = "https://example.com/"


class Posts:
    """A sender whose receivers answer, or don't until they are let go."""

    def __init__(self, status: int = 204) -> None:
        self.status = status
        self.sent: list[str] = []
        self.hanging: set[str] = set()  # parts of URLs
        self.go = threading.Event()
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Outcome:
        with self._lock:
            self.sent.append(request.url)
            self._now += 1
            self.most = max(self.most, self._now)
        if any(part in request.url for part in self.hanging):
            self.go.wait(30)
        with self._lock:
            self._now -= 1
        return Outcome(status=self.status)


@contextmanager
def engine(folder: Path, posts: Posts) -> Iterator[Engine]:
    folder.mkdir(exist_ok=True)
    opened = open_engine(folder, MASTER, "http://files", Staff(), 2, (), post=posts)
    opened.start()
    try:
        yield opened
    finally:
        posts.go.set()
        opened.stop(0, threading.Event())
        opened.close()


def submit(to: Engine, owner: str = "owner", url: str = URL, language: str = "bash", *, send: bool = True) -> str:
    job = Job(
        job_id=str(uuid.uuid4()), owner=owner, status=Status.PENDING, language=language,
        network_mode=NetworkMode.ZEROTRUST, created_ms=now_ms(), webhook=Delivery(url=url),
    )  # fmt: skip
    assert to.storage.jobs.put(job, Submission(language=language, code="x"))
    if send:
        to.storage.dispatch.send(job, awaited=False)
    return job.job_id


def delivery(of: Engine, job_id: str) -> Delivery:
    job = of.storage.jobs.get(job_id)
    assert job
    assert job.webhook
    return job.webhook


def status(of: Engine, job_id: str) -> str:
    return str(delivery(of, job_id).status)


def test_an_end_is_told_at_once_and_once(tmp_path: Path) -> None:
    posts = Posts()
    with engine(tmp_path, posts) as opened:
        start = time.monotonic()
        job_id = submit(opened)
        wait_until(lambda: status(opened, job_id) == "delivered", 5)
        assert time.monotonic() - start < 2
        time.sleep(0.2)
        assert posts.sent == [URL]
        found = delivery(opened, job_id)
        assert (found.attempts, found.response_status, found.next_ms) == (1, 204, None)


def test_an_active_jobs_webhook_waits(tmp_path: Path) -> None:
    posts = Posts()
    with engine(tmp_path, posts) as opened:
        job_id = submit(opened, send=False)
        submit(opened)
        wait_until(lambda: posts.sent == [URL])
        time.sleep(0.2)
        assert posts.sent == [URL]
        job = opened.storage.jobs.get(job_id)
        assert job
        assert opened.storage.jobs.cancel_pending(job_id, cancelled_result(job))
        wait_until(lambda: status(opened, job_id) == "delivered", 5)


def test_an_end_of_recovery_is_told(tmp_path: Path) -> None:
    """A job that ran when the service died ends at the next start, and its webhook is told of that."""
    posts = Posts()
    with engine(tmp_path, posts) as opened:
        job_id = submit(opened, send=False)
        assert opened.storage.jobs.claim(job_id, "gone")
        opened._webhooks.stop()
    shutil.rmtree(tmp_path / "marks")  # nobody knows whether its program had begun
    with engine(tmp_path, posts) as again:
        wait_until(lambda: status(again, job_id) == "delivered", 5)
        job = again.storage.jobs.get(job_id)
        assert job
        assert job.result
        assert job.result["error"].startswith("platform:")


def test_what_wasnt_told_is_told_after_the_next_start(tmp_path: Path) -> None:
    posts = Posts(status=500)
    with engine(tmp_path, posts) as opened:
        job_id = submit(opened)
        wait_until(lambda: delivery(opened, job_id).attempts == 1, 5)
    with closing(Database.open(tmp_path / DATABASE)) as database:
        database.write(lambda connection: connection.execute("UPDATE jobs SET webhook_due_ms = 1").rowcount)
    posts.status = 200
    with engine(tmp_path, posts) as again:
        wait_until(lambda: status(again, job_id) == "delivered", 5)
        assert delivery(again, job_id).attempts == 2


def test_a_try_that_wasnt_noted_is_made_again(tmp_path: Path) -> None:
    """As after a kill in the middle of it: the receiver may have it, and knows it by its id."""
    posts = Posts()
    posts.hanging.add(URL)
    with engine(tmp_path, posts) as opened:
        job_id = submit(opened)
        wait_until(lambda: posts.sent == [URL])
        opened._webhooks._due.note = lambda *_: None  # type: ignore[method-assign]
        posts.go.set()
    with engine(tmp_path, posts) as again:
        wait_until(lambda: status(again, job_id) == "delivered", 5)
    assert posts.sent == [URL, URL]


def test_a_failing_receiver_is_tried_again_and_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.core.webhooks.PAUSES", (0.01,) * (TRIES - 1))
    posts = Posts(status=503)
    with engine(tmp_path, posts) as opened:
        job_id = submit(opened)
        wait_until(lambda: status(opened, job_id) == "failed")
        assert len(posts.sent) == delivery(opened, job_id).attempts == TRIES
        assert delivery(opened, job_id).error == "the receiver answered 503"


def test_hanging_receivers_keep_neither_jobs_nor_other_customers(tmp_path: Path) -> None:
    posts = Posts()
    posts.hanging.add("slow")
    with engine(tmp_path, posts) as opened:
        for number in range(3 * AT_ONCE_FOR_ONE):
            submit(opened, "slow-owner", f"https://slow.example/{number}")
        wait_until(lambda: len(posts.sent) == AT_ONCE_FOR_ONE)
        start = time.monotonic()
        for number in range(10):
            job_id = submit(opened, f"owner-{number}", f"https://quick.example/{number}")
            wait_until(lambda job_id=job_id: status(opened, job_id) == "delivered", 5)
        assert time.monotonic() - start < 5
        assert sum("slow" in url for url in posts.sent) == AT_ONCE_FOR_ONE
        posts.go.set()
        wait_until(lambda: sum("slow" in url for url in posts.sent) == 3 * AT_ONCE_FOR_ONE)


def test_so_many_at_once_and_no_more(tmp_path: Path) -> None:
    posts = Posts()
    posts.hanging.add("slow")
    with engine(tmp_path, posts) as opened:
        for number in range(AT_ONCE + 20):
            submit(opened, f"owner-{number}", f"https://slow.example/{number}")
        wait_until(lambda: len(posts.sent) == AT_ONCE, 20)
        time.sleep(0.3)
        assert (len(posts.sent), posts.most) == (AT_ONCE, AT_ONCE)
        posts.go.set()
        wait_until(lambda: len(posts.sent) == AT_ONCE + 20)


def test_a_sender_that_breaks_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.embedded.webhooks.AFTER_FAILURE_SECONDS", 0.05)
    posts = Posts()
    broken = [True, True]
    genuine = posts.__call__

    def post(request: Request) -> Outcome:
        if broken:
            broken.pop()
            raise RuntimeError
        return genuine(request)

    opened = open_engine(tmp_path, MASTER, "http://files", Staff(), 2, (), post=post)
    opened.start()
    job_id = submit(opened)
    wait_until(lambda: status(opened, job_id) == "delivered", 5)
    opened.stop(0, threading.Event())
    opened.close()


def test_a_job_whose_webhook_is_due_isnt_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "KEPT_SECONDS", -1)
    posts = Posts(status=500)
    with engine(tmp_path, posts) as opened:
        job_id = submit(opened)
        wait_until(lambda: delivery(opened, job_id).attempts == 1)
        assert opened._housekeeping._jobs.delete_older(-1) == 0
        assert status(opened, job_id) == "pending"


def test_a_result_that_cant_be_read_is_told_of_as_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = Posts()
    with engine(tmp_path, posts) as opened:
        jobs = opened._webhooks._jobs

        def unreadable(_: str) -> Job | None:
            raise StorageError("gone")

        with monkeypatch.context() as patch:
            patch.setattr(jobs, "get", unreadable)
            job_id = submit(opened, send=False)
            assert jobs.give_up(job_id, {"stdout": "x"})
            wait_until(lambda: (jobs.get_without_result(job_id) or pytest.fail()).webhook.attempts == 1)  # type: ignore[union-attr]
        assert "can't be read" in str(delivery(opened, job_id).error)
        assert posts.sent == []


@pytest.mark.parametrize(("query", "values"), [(webhooks._DUE, (1, 1)), (webhooks._NEXT, (1,))])
def test_one_customers_many_make_no_look_long(tmp_path: Path, query: str, values: tuple[int, ...]) -> None:
    with closing(Database.open(tmp_path / DATABASE)) as database:
        plan = database.read(lambda connection: connection.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall())
    assert not [step for *_, step in plan if step.startswith(("SCAN jobs", "SCAN due"))]


def test_nothing_is_looked_at_without_news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    genuine = DueWebhooks.look

    def look(due: DueWebhooks, now: int) -> object:
        looks.append(now)
        return genuine(due, now)

    monkeypatch.setattr(DueWebhooks, "look", look)
    with engine(tmp_path, Posts()) as opened:
        wait_until(lambda: looks)
        time.sleep(0.5)
        assert len(looks) == 1
        assert isinstance(opened._webhooks, Webhooks)


def test_a_database_of_before_is_brought_forward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / DATABASE
    with monkeypatch.context() as patch:
        patch.setattr(opening, "MIGRATIONS", MIGRATIONS[:1])
        with closing(Database.open(path)) as old:
            old.write(lambda c: c.execute(
                "INSERT INTO jobs (job_id, owner, status, language, network_mode, created_ms, sent_ms, completed_ms)"
                " VALUES ('a', 'owner', 'completed', 'bash', 'zerotrust', 1, 1, ?)", (now_ms(),)
            ).rowcount)  # fmt: skip
            key = "INSERT INTO keys VALUES ('h', 'unsb-pk-a', 'n', 't', 'active', NULL, 1, 1, 1)"
            old.write(lambda c: c.execute(key).rowcount)
    posts = Posts()
    with engine(tmp_path, posts) as opened:
        job = opened.storage.jobs.get("a")
        assert job
        assert job.webhook is None
        assert [key.webhook for key in opened.keys._table.all()] == [None]
        job_id = submit(opened)
        wait_until(lambda: status(opened, job_id) == "delivered", 5)
