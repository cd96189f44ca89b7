"""The inputs: what a program is sent comes to its worker once, in order, and no more than is allowed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.core import limits
from functions.core.errors import StdinNotOpenError, TooLargeError
from functions.core.job import Status
from tests.contract.backends import Backend
from tests.jobs import put, result

PART = b"x" * limits.INPUT_PART_BYTES


def opened(storage: Backend, job_id: str = "job-1") -> None:
    put(storage, job_id, stdin_open=True)
    storage.inputs.open(job_id)


def test_it_comes_in_order_until_its_end(storage: Backend) -> None:
    opened(storage)
    assert storage.inputs.add("job-1", b"one", eof=False) == 3
    assert storage.inputs.add("job-1", "ü".encode(), eof=False) == 5
    assert storage.inputs.add("job-1", b"", eof=True) == 5
    assert storage.taken("job-1") == ("oneü".encode(), True)


def test_the_last_may_come_with_the_end(storage: Backend) -> None:
    opened(storage)
    assert storage.taken("job-1") == (b"", False)
    storage.inputs.add("job-1", b"all", eof=True)
    assert storage.taken("job-1") == (b"all", True)


def test_after_its_end_nothing_is_taken(storage: Backend) -> None:
    opened(storage)
    storage.inputs.add("job-1", b"", eof=True)
    for data, eof in ((b"x", False), (b"", True)):
        with pytest.raises(StdinNotOpenError):
            storage.inputs.add("job-1", data, eof=eof)
    assert storage.taken("job-1") == (b"", True)


def test_a_job_that_takes_none_is_sent_none(storage: Backend) -> None:
    put(storage)
    with pytest.raises(StdinNotOpenError):
        storage.inputs.add("job-1", b"x", eof=False)
    assert storage.taken("job-1") == (b"", True), "its program isn't kept waiting"


def test_no_more_is_taken_than_a_job_may_be_sent(storage: Backend) -> None:
    opened(storage)
    taken = 0
    for _ in range(limits.INPUT_BYTES // len(PART)):
        storage.inputs.add("job-1", PART, eof=False)
        if storage.keys_module == "functions.aws.keys":
            taken += len(storage.taken("job-1")[0])
    with pytest.raises(TooLargeError):
        storage.inputs.add("job-1", b"x", eof=False)
    assert taken or len(storage.taken("job-1")[0]) == limits.INPUT_BYTES
    assert storage.inputs.add("job-1", b"", eof=True) == limits.INPUT_BYTES


def test_of_many_at_once_each_comes_once(storage: Backend) -> None:
    opened(storage)
    parts = [b"%02d," % number for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda part: storage.inputs.add("job-1", part, eof=False), parts))
    assert sorted(sent) == [3 * number for number in range(1, 41)]
    assert sorted(storage.taken("job-1")[0].split(b",")[:-1]) == [part[:2] for part in parts]


def test_what_was_sent_goes_with_its_job(storage: Backend) -> None:
    opened(storage)
    storage.inputs.add("job-1", b"secret", eof=False)
    job = storage.store.get("job-1")
    assert job
    assert storage.store.cancel_pending("job-1", result(job))
    assert storage.taken("job-1") == (b"", True)
    with pytest.raises(StdinNotOpenError):
        storage.inputs.add("job-1", b"x", eof=False)


def test_a_job_that_goes_back_keeps_its_input(storage: Backend) -> None:
    opened(storage)
    storage.inputs.add("job-1", b"one", eof=False)
    assert storage.store.claim("job-1", "worker")
    assert storage.store.hand_back("job-1", "worker")
    assert storage.taken("job-1") == (b"one", False)
    assert storage.store.get("job-1").status is Status.PENDING  # type: ignore[union-attr]
