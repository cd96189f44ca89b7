"""What only the embedded job store has: calls at ends, leases in memory, recovery, and jobs that end for good."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from functions.core.errors import StorageError
from functions.core.job import Job, Status
from functions.core.service import unfinished_result
from functions.core.store import LEASE_SECONDS, Beat
from functions.embedded.housekeeping import Housekeeping
from functions.embedded.jobs import INLINE_BYTES, EmbeddedJobStore
from functions.embedded.parts import Parts
from tests.contract.backends import EmbeddedBackend, embedded
from tests.jobs import put, result


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[EmbeddedBackend]:
    with embedded(tmp_path) as fresh:
        yield fresh


def lost(job: Job) -> dict[str, object]:
    return unfinished_result(job, Status.COMPLETED, "platform: the service stopped")


def restarted(storage: EmbeddedBackend) -> EmbeddedBackend:
    """The same database as a process finds it that knows nothing of the last one's memory."""
    storage.store = EmbeddedJobStore(storage.database, storage.files)
    return storage


def status(storage: EmbeddedBackend, job_id: str) -> Status:
    job = storage.store.get(job_id)
    assert job
    return job.status


def test_each_end_is_told_once_with_its_result(storage: EmbeddedBackend) -> None:
    ended: list[Job] = []
    storage.store = store = EmbeddedJobStore(storage.database, storage.files, on_end=ended.append)
    for job_id in ("finish", "expire", "lost", "give up", "cancel"):
        put(storage, job_id)
    for job_id in ("finish", "expire", "lost"):
        store.claim(job_id, "worker")
    store.request_cancel("lost")
    leases = {active.job.job_id: active.lease_until_ms for active in store.scan_active()}
    artifact = {"filename": "a", "key": "results/finish/0", "size": 1, "sha256": "", "type": "base64"}
    for _ in range(2):
        store.finish("finish", "worker", Status.TIMEOUT, {"stdout": "x" * INLINE_BYTES, "artifacts": [artifact]})
        store.expire("expire", leases["expire"] or 0, {"artifacts": []})
        store.cancel_lost("lost", {"artifacts": []})
        store.give_up("give up", {"artifacts": []})
        store.cancel_pending("cancel", {"artifacts": []})
    assert [job.job_id for job in ended] == ["finish", "expire", "lost", "give up", "cancel"]
    for job in ended:
        assert job == store.get(job.job_id)
    assert ended[0].result
    assert ended[0].result["artifacts"][0]["url"]


def test_a_cancel_is_told_once(storage: EmbeddedBackend) -> None:
    told: list[str] = []
    storage.store = store = EmbeddedJobStore(storage.database, storage.files, on_cancel=told.append)
    put(storage)
    assert not store.request_cancel("job-1")
    store.claim("job-1", "worker")
    assert store.request_cancel("job-1")
    assert not store.request_cancel("job-1")
    assert told == ["job-1"]


def test_a_heartbeat_writes_nothing(storage: EmbeddedBackend) -> None:
    put(storage)
    storage.store.claim("job-1", "worker")
    before = storage.database._writer.total_changes
    assert storage.store.heartbeat("job-1", "worker", b"out", b"") is Beat.RENEWED
    assert storage.database._writer.total_changes == before


def test_a_claim_brings_the_json_as_it_was_put(storage: EmbeddedBackend) -> None:
    for job_id, stdin in (("small", "x"), ("large", "x" * INLINE_BYTES)):
        put(storage, job_id, stdin=stdin)
        claimed = storage.store.claim_payload(job_id, "worker")
        assert claimed
        job, payload, attempt = claimed
        assert (job.job_id, job.status, attempt) == (job_id, Status.RUNNING, 1)
        assert payload == f'{{"language":"python","code":"print(1)","stdin":"{stdin}"}}'.encode()
    assert storage.store.claim_payload("small", "worker") is None


def test_a_silent_workers_job_is_found(storage: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    for job_id in ("silent", "renewed", "pending"):
        put(storage, job_id)
    for job_id in ("silent", "renewed"):
        storage.store.claim(job_id, "worker")
    assert list(storage.store.scan_held()) == []
    later = time.monotonic() + LEASE_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert storage.store.heartbeat("renewed", "worker", b"", b"") is Beat.RENEWED
    (found,) = storage.store.scan_held()
    assert (found.job.job_id, found.worker) == ("silent", "worker")
    assert found.lease_until_ms
    assert storage.store.expire("silent", found.lease_until_ms, lost(found.job))
    assert list(storage.store.scan_held()) == []


def test_after_a_restart_the_running_jobs_are_in_the_hands_of_who_settles_them(storage: EmbeddedBackend) -> None:
    for job_id in ("pending", "back", "lost", "ended"):
        put(storage, job_id)
    for job_id in ("back", "lost", "ended"):
        storage.store.claim(job_id, "worker")
    storage.store.finish("ended", "worker", Status.TIMEOUT, {"artifacts": []})
    restarted(storage)
    adopted = {job.job_id: job for job in storage.store.adopt("recovery")}
    assert adopted.keys() == {"back", "lost"}
    assert {active.worker for active in storage.store.scan_active()} == {None, "recovery"}
    assert not storage.store.finish("lost", "worker", Status.COMPLETED, {"artifacts": []})
    assert storage.store.finish("lost", "recovery", Status.COMPLETED, lost(adopted["lost"]))
    assert storage.store.hand_back("back", "recovery")
    assert storage.store.adopt("recovery") == []
    assert [status(storage, job_id) for job_id in ("pending", "back", "lost", "ended")] == [
        Status.PENDING,
        Status.PENDING,
        Status.COMPLETED,
        Status.TIMEOUT,
    ]
    claim = storage.store.claim("back", "worker")
    assert claim
    assert claim.attempt == 2


def test_after_a_restart_no_submission_is_left_that_is_no_jobs(storage: EmbeddedBackend) -> None:
    for job_id in ("pending", "running"):
        put(storage, job_id, stdin="x" * INLINE_BYTES)
    storage.store.claim("running", "worker")
    storage.files.put("payloads/orphan", b"its job was never recorded, or has ended")
    storage.files.put("results/running/0", b"an artifact")
    restarted(storage)
    (job,) = storage.store.adopt("recovery")
    assert len(storage.objects()) == 3
    assert "payloads/orphan" not in storage.objects()
    assert storage.store.finish("running", "recovery", Status.COMPLETED, lost(job))
    assert storage.store.claim("pending", "worker")


def test_jobs_go_with_their_results_after_their_day(storage: EmbeddedBackend) -> None:
    for number in range(1100):
        put(storage, f"old-{number}")
        storage.store.give_up(
            f"old-{number}", {"artifacts": [], "stdout": "x" * (40_000 if number % 100 == 0 else 1)}
        )
    storage.database.write(lambda c: c.execute("UPDATE jobs SET completed_ms = completed_ms - 10000").rowcount)
    put(storage, "pending", age_ms=20_000)
    put(storage, "young", age_ms=20_000)
    storage.store.give_up("young", {"artifacts": [], "stdout": "x" * 40_000})
    assert len(storage.objects()) == 12
    assert storage.store.delete_older(5) == 1100
    assert storage.store.delete_older(5) == 0
    assert len(storage.objects()) == 1
    assert storage.jobs_recorded() == 2
    assert storage.store.get("old-0") is None
    assert put(storage, "old-0"), "its id is free again"


def test_an_end_that_is_not_recorded_leaves_the_job_with_its_worker(storage: EmbeddedBackend) -> None:
    job = put(storage)
    storage.store.claim("job-1", "worker")
    (pages,) = storage.database.read(lambda c: c.execute("PRAGMA page_count").fetchone())
    storage.database._writer.execute(f"PRAGMA max_page_count = {pages}").fetchall()
    long = {**result(job), "stdout": "x" * 30_000}
    with pytest.raises(StorageError, match="full"):
        storage.store.finish("job-1", "worker", Status.COMPLETED, long)
    assert storage.store.heartbeat("job-1", "worker", b"", b"") is Beat.RENEWED
    storage.database._writer.execute("PRAGMA max_page_count = 100000").fetchall()
    assert storage.store.finish("job-1", "worker", Status.COMPLETED, long)


def test_a_claim_that_is_not_recorded_takes_nothing_from_another(storage: EmbeddedBackend) -> None:
    put(storage)
    storage.store.claim("job-1", "worker")
    storage.database._writer.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError):
        storage.store.claim("job-1", "other")
    storage.database._writer.execute("PRAGMA query_only = OFF")
    assert storage.store.heartbeat("job-1", "worker", b"", b"") is Beat.RENEWED


def test_secrets_are_gone_from_the_disk_when_a_job_has_ended(storage: EmbeddedBackend, tmp_path: Path) -> None:
    for number in range(50):
        put(storage, f"job-{number}", env={"SECRET": "s3cr3t" * 10}, stdin="s3cr3t" * (number * 100))
    for number in range(50):
        storage.store.claim(f"job-{number}", "worker")
        storage.store.finish(f"job-{number}", "worker", Status.COMPLETED, {"artifacts": []})
    housekeeping = Housekeeping(storage.database, storage.store, storage.files, storage.signatures, Parts())
    housekeeping.start()
    housekeeping.stop()
    left = [path for path in tmp_path.rglob("*") if path.is_file() and b"s3cr3t" in path.read_bytes()]
    assert left == []


def test_output_so_far_never_shrinks_to_nothing_at_the_end(storage: EmbeddedBackend) -> None:
    """A poll sees the output, then the end: never a running job that has printed nothing again."""
    for number in range(20):
        job = put(storage, f"job-{number}")
        storage.store.claim(job.job_id, "worker")
        storage.store.heartbeat(job.job_id, "worker", b"printed", b"")
        with ThreadPoolExecutor(2) as pool:
            end = pool.submit(storage.store.finish, job.job_id, "worker", Status.COMPLETED, result(job))
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                seen = storage.store.get(job.job_id)
                assert seen
                if not seen.active:
                    break
                assert seen.partial_stdout == "printed"
            assert end.result(10)
