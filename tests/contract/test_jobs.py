"""The jobs: every transition has one winner, and nothing that was submitted outlives the job."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from functions.core.errors import StorageError
from functions.core.job import InputFile, Job, Status, Submission
from functions.core.service import cancelled_result
from functions.core.store import LEASE_SECONDS, Beat, now_ms
from functions.core.sweeper import GIVE_UP_SECONDS, RESEND_SECONDS, Sweeper
from tests.contract.backends import Backend
from tests.jobs import new_job, put, result

LARGE = "ü" * 400_000


class Resent:
    """A Dispatch that notes what the sweep sends again."""

    def __init__(self) -> None:
        self.jobs: list[str] = []

    def send(self, job: Job, *, awaited: bool) -> None:
        raise NotImplementedError

    def send_all(self, jobs: Sequence[Job]) -> None:
        raise NotImplementedError

    def send_again(self, job: Job) -> None:
        self.jobs.append(job.job_id)

    def wait(self, job: Job, seconds: float, *, from_its_start: bool = True) -> Job:
        raise NotImplementedError


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Do things in threads of their own, at once; return what each returned."""
    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result() for future in [pool.submit(action) for action in actions]]


def test_claim_has_one_winner_and_brings_the_submission(storage: Backend) -> None:
    put(storage, env={"A": "ä"}, args=["x"], input_files=[{"content": "AP8="}], stdin="in", ttl=7)
    claim = storage.store.claim("job-1", "worker-1")
    assert claim
    assert storage.store.claim("job-1", "worker-2") is None
    assert claim.submission.env == {"A": "ä"}
    assert claim.submission.input_files == (InputFile(content=b"\x00\xff"),)
    assert (claim.submission.args, claim.submission.stdin, claim.submission.ttl) == (("x",), "in", 7)
    assert claim.job.status is Status.RUNNING
    assert claim.job.started_ms


def test_large_content_lives_in_files_and_the_submission_goes(storage: Backend) -> None:
    content = base64.b64encode(b"x" * 300_000).decode()
    job = put(storage, input_files=[{"content": content}])
    (key,) = storage.objects()
    assert key.startswith("payloads/")
    claim = storage.store.claim("job-1", "worker")
    assert claim
    assert len(claim.submission.named_files()[0][1]) == 300_000
    large = {**result(job), "stdout": LARGE}
    assert storage.store.finish("job-1", "worker", Status.COMPLETED, large)
    assert claim.payload_key in (key, None)
    if claim.payload_key:  # it is the worker's to delete
        storage.files.delete(key)
    (kept,) = storage.objects()
    assert kept.startswith("results/")
    finished = storage.store.get("job-1")
    assert finished
    assert finished.result == large


def test_a_large_submission_goes_too_where_no_worker_ends_the_job(storage: Backend) -> None:
    ends = (storage.store.cancel_pending, storage.store.give_up)
    for number, end in enumerate(ends):
        job = put(storage, f"job-{number}", stdin="x" * 300_000)
        assert end(job.job_id, result(job))
    for job_id in ("expired", "lost"):
        put(storage, job_id, stdin="x" * 300_000)
        storage.store.claim(job_id, "worker")
    lease = {active.job.job_id: active.lease_until_ms for active in storage.store.scan_active()}["expired"]
    assert lease
    assert storage.store.expire("expired", lease, {"artifacts": []})
    storage.store.request_cancel("lost")
    assert storage.store.cancel_lost("lost", {"artifacts": []})
    assert storage.objects() == []


def test_a_job_id_is_taken_once_and_the_first_stands(storage: Backend) -> None:
    put(storage, stdin="first" * 100_000)
    again = new_job(owner="other")
    assert not storage.store.put(again, Submission(language="python", code="2", stdin="second" * 100_000))
    assert len(storage.objects()) == 1, "the second's file is gone"
    claim = storage.store.claim("job-1", "worker")
    assert claim
    assert (claim.job.owner, claim.submission.stdin[:5]) == ("me", "first")


@pytest.mark.parametrize("beats", [0, 1])
def test_an_ended_job_keeps_nothing_that_was_submitted(storage: Backend, beats: int) -> None:
    job = put(storage, env={"SECRET": "s3cr3t"})
    assert "s3cr3t" in storage.recorded("job-1")
    storage.store.claim("job-1", "worker")
    for _ in range(beats):
        storage.store.heartbeat("job-1", "worker", b"out", b"err")
    assert storage.store.finish("job-1", "worker", Status.COMPLETED, result(job), young=not beats)
    assert "s3cr3t" not in storage.recorded("job-1")
    assert list(storage.store.scan_active()) == []
    ended = storage.store.get("job-1")
    assert ended
    assert (ended.partial_stdout, ended.partial_stderr) == ("", "")


def test_artifacts_keys_become_urls(storage: Backend) -> None:
    job = put(storage)
    storage.store.claim("job-1", "worker")
    artifact = {"filename": "a", "key": "results/job-1/0", "size": 1, "sha256": "", "type": "base64"}
    storage.store.finish("job-1", "worker", Status.COMPLETED, {**result(job), "artifacts": [artifact]})
    ended = storage.store.get("job-1")
    assert ended
    assert ended.result
    (shown,) = ended.result["artifacts"]
    assert "key" not in shown
    assert "results/job-1/0?" in shown["url"]


def test_only_the_worker_that_has_the_job_writes_to_it(storage: Backend) -> None:
    job = put(storage)
    assert not storage.store.finish("job-1", "worker", Status.COMPLETED, result(job))
    storage.store.claim("job-1", "worker")
    assert not storage.store.finish("job-1", "other", Status.COMPLETED, result(job))
    assert storage.store.heartbeat("job-1", "other", b"", b"") is Beat.LOST
    assert storage.store.finish("job-1", "worker", Status.COMPLETED, result(job))
    assert not storage.store.finish("job-1", "worker", Status.TIMEOUT, result(job))
    assert storage.store.heartbeat("job-1", "worker", b"", b"") is Beat.LOST
    assert not storage.store.request_cancel("job-1")


def test_heartbeat_shows_output_and_hears_of_cancel(storage: Backend) -> None:
    put(storage)
    storage.store.claim("job-1", "worker")
    assert storage.store.heartbeat("job-1", "worker", b"caf\xc3\xa9 \xff", b"!") is Beat.RENEWED
    job = storage.store.get("job-1")
    assert job
    assert (job.partial_stdout, job.partial_stderr) == ("café \ufffd", "!")
    assert storage.store.request_cancel("job-1")
    assert storage.store.heartbeat("job-1", "worker", b"", b"") is Beat.CANCEL
    assert storage.store.heartbeat("job-2", "worker", b"", b"") is Beat.LOST


def test_cancelled_pending_job_is_never_claimed(storage: Backend) -> None:
    job = put(storage)
    assert storage.store.cancel_pending("job-1", cancelled_result(job))
    assert storage.store.claim("job-1", "worker") is None
    assert not storage.store.cancel_pending("job-1", cancelled_result(job))


def test_handed_back_job_is_claimed_again_unless_it_was_cancelled(storage: Backend) -> None:
    put(storage)
    storage.store.claim("job-1", "worker-1")
    assert storage.store.hand_back("job-1", "worker-1")
    claim = storage.store.claim("job-1", "worker-2")
    assert claim
    assert claim.attempt == 2
    storage.store.request_cancel("job-1")
    assert not storage.store.hand_back("job-1", "worker-2")


def test_list_shows_only_the_owners_active_jobs_newest_first(storage: Backend) -> None:
    old = put(storage, "old", age_ms=5000)
    put(storage, "new")
    put(storage, "foreign", owner="other")
    done = put(storage, "done", age_ms=9000)
    storage.store.claim("done", "worker")
    storage.store.finish("done", "worker", Status.COMPLETED, result(done))
    assert [job.job_id for job in storage.store.list_active("me")] == ["new", "old"]
    storage.store.claim("old", "worker")
    assert storage.store.list_active("me")[1].status is Status.RUNNING
    assert storage.store.list_active("nobody") == []
    assert old.owner == "me"


def test_sweep_ends_a_job_whose_worker_is_silent(storage: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    put(storage)
    storage.store.claim("job-1", "worker")
    sweeper = Sweeper(storage.store, Resent())
    assert sweeper.sweep().helped == 0
    later = now_ms() + (LEASE_SECONDS + 60) * 1000
    monkeypatch.setattr("functions.core.sweeper.now_ms", lambda: later)
    assert sweeper.sweep().helped == 1
    assert sweeper.sweep().helped == 0
    job = storage.store.get("job-1")
    assert job
    assert job.result
    assert job.status is Status.COMPLETED
    assert job.result["success"] is False
    assert job.result["error"].startswith("platform:")
    assert not storage.store.finish("job-1", "worker", Status.COMPLETED, {})


def test_sweep_sends_again_what_was_never_sent_once_per_interval(storage: Backend) -> None:
    put(storage, "fresh")
    put(storage, "stale", age_ms=(RESEND_SECONDS + 1) * 1000)
    resent = Resent()
    sweeper = Sweeper(storage.store, resent)
    assert sweeper.sweep().helped == 1
    assert sweeper.sweep().helped == 0
    assert resent.jobs == ["stale"]


def test_sweep_gives_up_a_job_that_no_worker_took(storage: Backend) -> None:
    put(storage, age_ms=(GIVE_UP_SECONDS + 1) * 1000)
    assert Sweeper(storage.store, Resent()).sweep().helped == 1
    job = storage.store.get("job-1")
    assert job
    assert job.status is Status.COMPLETED
    assert storage.store.claim("job-1", "worker") is None


def test_more_active_jobs_than_one_batch(storage: Backend) -> None:
    for number in range(130):
        put(storage, f"job-{number}")
    assert len(list(storage.store.scan_active())) == 130
    assert len(storage.store.list_active("me")) == 100


def test_statuses_of_those_that_are_recorded(storage: Backend) -> None:
    for number in range(130):
        put(storage, f"job-{number}")
    storage.store.claim("job-7", "worker")
    asked = [f"job-{number}" for number in range(260)]
    found = storage.store.statuses(asked)
    assert found.keys() == set(asked[:130])
    assert [job_id for job_id, status in found.items() if status is Status.RUNNING] == ["job-7"]
    assert storage.store.statuses([]) == {}


def test_mark_sent_has_one_winner_and_only_while_pending(storage: Backend) -> None:
    put(storage)
    (active,) = storage.store.scan_active()
    seen = active.sent_ms
    with pytest.MonkeyPatch.context() as patch:
        for module in ("functions.aws.jobs", "functions.embedded.jobs"):
            patch.setattr(f"{module}.now_ms", lambda: seen + 5)
        won = at_once(*[lambda: storage.store.mark_sent("job-1", seen)] * 8)
    assert won.count(True) == 1
    storage.store.claim("job-1", "worker")
    assert not storage.store.mark_sent("job-1", seen + 5)
    assert not storage.store.mark_sent("job-2", seen)


def test_of_fifty_claims_at_once_one_wins(storage: Backend) -> None:
    put(storage)
    claims = at_once(*[partial(storage.store.claim, "job-1", f"worker-{number}") for number in range(50)])
    (won,) = [number for number, claim in enumerate(claims) if claim]
    (active,) = storage.store.scan_active()
    assert active.worker == f"worker-{won}"


def test_of_fifty_puts_at_once_one_wins(storage: Backend) -> None:
    job = new_job()
    new = at_once(*[lambda: storage.store.put(job, Submission(language="python", code="1"))] * 50)
    assert new.count(True) == 1
    assert storage.jobs_recorded() == 1


def test_the_first_end_of_a_running_job_stands(storage: Backend) -> None:
    for number in range(10):
        job = put(storage, f"job-{number}")
        storage.store.claim(job.job_id, "worker")
        lease = next(a.lease_until_ms for a in storage.store.scan_active() if a.job.job_id == job.job_id)
        assert lease
        assert storage.store.request_cancel(job.job_id)
        store, job_id = storage.store, job.job_id
        ends = {
            "finish": partial(store.finish, job_id, "worker", Status.TIMEOUT, _by(job, "finish")),
            "finish again": partial(store.finish, job_id, "worker", Status.TIMEOUT, _by(job, "finish again")),
            "expire": partial(store.expire, job_id, lease, _by(job, "expire")),
            "cancel": partial(store.cancel_lost, job_id, _by(job, "cancel")),
            "hand back": partial(store.hand_back, job_id, "worker"),
        }
        won = at_once(*ends.values())
        assert won.count(True) == 1, dict(zip(ends, won, strict=True))
        ended = storage.store.get(job.job_id)
        assert ended
        assert ended.result
        assert ended.result["error"] == list(ends)[won.index(True)]
        assert storage.store.heartbeat(job.job_id, "worker", b"", b"") is Beat.LOST
        assert not storage.store.request_cancel(job.job_id)


def test_a_pending_job_is_claimed_or_ended_never_both(storage: Backend) -> None:
    for number in range(10):
        job = put(storage, f"job-{number}")
        claim, cancelled, given_up = at_once(
            partial(storage.store.claim, job.job_id, "worker"),
            partial(storage.store.cancel_pending, job.job_id, cancelled_result(job)),
            partial(storage.store.give_up, job.job_id, result(job)),
        )
        assert [bool(claim), cancelled, given_up].count(True) == 1
        now = storage.store.get(job.job_id)
        assert now
        wanted = Status.RUNNING if claim else Status.CANCELLED if cancelled else Status.COMPLETED
        assert now.status is wanted


def test_of_fifty_cancel_requests_at_once_one_sets_the_flag(storage: Backend) -> None:
    put(storage)
    assert not storage.store.request_cancel("job-1"), "it is pending"
    storage.store.claim("job-1", "worker")
    flagged = at_once(*[lambda: storage.store.request_cancel("job-1")] * 50)
    assert flagged.count(True) == 1


def test_cancel_lost_needs_the_flag(storage: Backend) -> None:
    job = put(storage)
    storage.store.claim("job-1", "worker")
    assert not storage.store.cancel_lost("job-1", cancelled_result(job))
    storage.store.request_cancel("job-1")
    assert storage.store.cancel_lost("job-1", cancelled_result(job))


def test_a_renewed_lease_is_not_expired(storage: Backend) -> None:
    job = put(storage)
    storage.store.claim("job-1", "worker")
    (active,) = storage.store.scan_active()
    assert active.lease_until_ms
    assert not storage.store.expire("job-1", active.lease_until_ms - 1, result(job))
    assert storage.store.finish("job-1", "worker", Status.COMPLETED, result(job))
    assert not storage.store.expire("job-1", active.lease_until_ms, result(job))


def test_a_worker_that_handed_back_has_the_job_no_more(storage: Backend) -> None:
    job = put(storage)
    storage.store.claim("job-1", "worker-1")
    storage.store.heartbeat("job-1", "worker-1", b"old", b"")
    assert not storage.store.hand_back("job-1", "other")
    assert storage.store.hand_back("job-1", "worker-1")
    pending = storage.store.get("job-1")
    assert pending
    assert (pending.status, pending.started_ms) == (Status.PENDING, None)
    assert storage.store.heartbeat("job-1", "worker-1", b"", b"") is Beat.LOST
    assert not storage.store.hand_back("job-1", "worker-1")
    assert not storage.store.finish("job-1", "worker-1", Status.COMPLETED, result(job))
    storage.store.claim("job-1", "worker-2")
    assert not storage.store.finish("job-1", "worker-1", Status.COMPLETED, result(job))
    assert storage.store.finish("job-1", "worker-2", Status.COMPLETED, result(job))


def test_a_refused_end_changes_nothing(storage: Backend) -> None:
    job = put(storage)
    storage.store.claim("job-1", "worker")
    assert storage.store.finish("job-1", "worker", Status.COMPLETED, result(job))
    storage.store.finish("job-1", "worker", Status.COMPLETED, {**result(job), "stdout": LARGE})
    storage.store.give_up("job-1", {**result(job), "stdout": LARGE})
    ended = storage.store.get("job-1")
    assert ended
    assert ended.result == result(job) | {"total_time_ms": ended.result and ended.result["total_time_ms"]}


def test_a_job_of_no_record_is_none(storage: Backend) -> None:
    assert storage.store.get("job-1") is None
    assert storage.store.claim("job-1", "worker") is None
    assert not storage.store.hand_back("job-1", "worker")
    assert not storage.store.finish("job-1", "worker", Status.COMPLETED, {"artifacts": []})
    assert storage.store.heartbeat("job-1", "worker", b"", b"") is Beat.LOST


def test_a_submission_that_is_gone_is_a_failure_of_the_storage(storage: Backend) -> None:
    put(storage, stdin="x" * 300_000)
    (key,) = storage.objects()
    storage.files.delete(key)
    with pytest.raises(StorageError):
        storage.store.claim("job-1", "worker")


def _by(job: Job, who: str) -> dict[str, object]:
    return {**result(job), "error": who}


def test_a_job_keeps_the_id_of_its_request(storage: Backend) -> None:
    job = new_job("job-of-request").model_copy(update={"request_id": "trace-1"})
    assert storage.store.put(job, Submission(language="python", code="1"))
    found = storage.store.get("job-of-request")
    assert found
    assert found.request_id == "trace-1"
    claim = storage.store.claim("job-of-request", "worker")
    assert claim
    assert claim.job.request_id == "trace-1"
    assert [active.job.request_id for active in storage.store.scan_active()] == ["trace-1"]


def batch(count: int, **fields: object) -> list[tuple[Job, Submission]]:
    submission = Submission.model_validate({"language": "python", "code": "print(1)", **fields})
    return [(new_job(f"job-{number}"), submission) for number in range(count)]


def test_many_jobs_are_recorded_in_one_step(storage: Backend) -> None:
    assert storage.store.put_all(batch(100, stdin="in"))
    assert storage.jobs_recorded() == 100
    claim = storage.store.claim("job-99", "worker")
    assert claim
    assert claim.submission.stdin == "in"


def test_of_many_jobs_none_is_recorded_when_one_is_there(storage: Backend) -> None:
    put(storage, "job-3")
    assert storage.store.put_all(batch(5, stdin=LARGE)) is False
    assert (storage.jobs_recorded(), storage.objects()) == (1, [])


def test_of_equal_batches_at_once_one_is_recorded(storage: Backend) -> None:
    done = at_once(*[partial(storage.store.put_all, batch(20, stdin=LARGE))] * 6)
    assert sorted(map(bool, done)) == [False] * 5 + [True]
    assert storage.jobs_recorded() == len(storage.objects()) == 20


def test_many_jobs_are_read_in_order_with_results_while_there_is_room(storage: Backend) -> None:
    assert storage.store.put_all(batch(4))
    for job_id, size in (("job-1", 300_000), ("job-2", 10), ("job-3", 300_000)):
        claim = storage.store.claim(job_id, "worker")
        assert claim
        ended = {**result(claim.job), "stdout": "x" * size}
        assert storage.store.finish(job_id, "worker", Status.COMPLETED, ended)
    found = storage.store.get_many(["job-3", "job-0", "nobody's", "job-1", "job-2"], 400_000)
    assert [job.job_id for job in found] == ["job-3", "job-0", "job-1", "job-2"]
    assert [job.status.value for job in found] == ["completed", "pending", "completed", "completed"]
    sizes = [len(job.result["stdout"]) if job.result else None for job in found]
    assert sizes == [300_000, None, None, 10]
    assert storage.store.get_many([], 1) == []
