"""Inputs in an item: it stays small, and a look whose answer is lost loses nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from functions.aws.inputs import NO_INPUT, PENDING_BYTES, PENDING_PARTS
from functions.core.errors import StdinFullError
from tests.aws import Cloud, cloud


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        fresh.store.inputs.open("job-1")
        yield fresh


def test_it_holds_little_that_no_worker_has_taken(aws: Cloud) -> None:
    inputs = aws.store.inputs
    inputs.add("job-1", b"x" * PENDING_BYTES, eof=False)
    with pytest.raises(StdinFullError):
        inputs.add("job-1", b"x", eof=False)
    found = inputs.look("job-1", NO_INPUT)
    inputs.look("job-1", found)
    assert inputs.add("job-1", b"x", eof=False) == PENDING_BYTES + 1


def test_it_holds_few_parts_that_no_worker_has_taken(aws: Cloud) -> None:
    inputs = aws.store.inputs
    for _ in range(PENDING_PARTS):
        inputs.add("job-1", b"x", eof=False)
    with pytest.raises(StdinFullError):
        inputs.add("job-1", b"x", eof=False)
    found = inputs.look("job-1", NO_INPUT)
    assert len(found.parts) == PENDING_PARTS
    assert inputs.look("job-1", found).parts == ()


def test_a_look_whose_answer_was_lost_is_repeated(aws: Cloud) -> None:
    inputs = aws.store.inputs
    inputs.add("job-1", b"one", eof=False)
    inputs.add("job-1", b"two", eof=False)
    found = inputs.look("job-1", NO_INPUT)
    assert found.parts == (b"one", b"two")
    assert inputs.look("job-1", NO_INPUT) == found, "what wasn't said to be taken stays"
    inputs.add("job-1", b"three", eof=True)
    inputs.look("job-1", found)  # the answer to this is lost
    again = inputs.look("job-1", found)
    assert (again.parts, again.eof) == ((b"three",), True)


def test_closing_leaves_nothing_and_makes_nothing(aws: Cloud) -> None:
    before = aws.items()
    aws.store.inputs.add("job-1", b"one", eof=False)
    for job_id in ("job-1", "job-2"):
        aws.store.inputs.close(job_id)
        assert aws.store.inputs.look(job_id, NO_INPUT).eof
    assert aws.items() == before
