"""Output is passed on as the Result will have it, each byte once, whatever the storage refuses."""

from __future__ import annotations

from unittest import mock

import pytest

from functions.core.errors import StorageError
from functions.core.job import Submission
from functions.core.store import Claim
from functions.core.work import WorkQueue
from runtime_images.worker.passing import PACKET_BYTES, Passing
from runtime_images.worker.runner import Streams
from tests.jobs import new_job

CLAIM = Claim(new_job(), Submission(language="python", code="1"), None, 1)


def queue(*, watched: bool) -> mock.Mock:
    made: mock.Mock = mock.create_autospec(WorkQueue, instance=True, watched=watched)
    return made


def passed(work: mock.Mock) -> list[tuple[bytes, bytes]]:
    return [call.args[1:] for call in work.pass_on.call_args_list]


def test_nothing_is_passed_on_that_nobody_watches() -> None:
    work, streams = queue(watched=False), Streams()
    passing = Passing(work, CLAIM, streams)
    streams.stdout.feed(b"one")
    assert not passing.pass_on()
    work.watched = True
    streams.stderr.feed(b"two")
    assert passing.pass_on()
    assert not passing.pass_on()
    assert passed(work) == [(b"one", b"two")], "from the beginning, once"


def test_characters_are_whole_and_what_is_none_is_replaced() -> None:
    work, streams = queue(watched=True), Streams()
    passing = Passing(work, CLAIM, streams)
    for part in (b"a\xe2\x82", b"\xac\xff", b"\xf0\x9f", b"z"):
        streams.stdout.feed(part)
        passing.pass_on()
    assert b"".join(stdout for stdout, _ in passed(work)).decode() == "a\u20ac\ufffd\ufffdz"


def test_what_was_refused_comes_again_as_it_was() -> None:
    """It may have been written all the same, and read."""
    work, streams = queue(watched=True), Streams()
    passing = Passing(work, CLAIM, streams)
    work.pass_on.side_effect = [StorageError("throttled"), None, None]
    streams.stdout.feed(b"one")
    with pytest.raises(StorageError):
        passing.pass_on()
    streams.stderr.feed(b"two")
    assert passing.pass_on()
    assert passing.pass_on()
    assert passed(work) == [(b"one", b""), (b"one", b""), (b"", b"two")]


def test_much_is_passed_on_in_packets() -> None:
    work, streams = queue(watched=True), Streams()
    passing = Passing(work, CLAIM, streams)
    streams.stdout.feed(b"x" * (PACKET_BYTES + 1))
    assert [passing.pass_on() for _ in range(3)] == [True, True, False]
    assert [len(stdout) for stdout, _ in passed(work)] == [PACKET_BYTES, 1]
