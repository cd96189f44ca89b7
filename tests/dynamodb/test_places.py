"""Places to wait in: with few of them, callers beyond get their job's id and poll, and functions stay free."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest

from functions.api.dependencies import forget
from functions.aws import clients
from functions.aws.dispatch import AwsDispatch
from functions.aws.places import GRACE_SECONDS, WaitingPlaces
from functions.core.errors import StorageError
from functions.core.job import Status
from tests.api.events import call
from tests.aws import Cloud, cloud
from tests.jobs import put, result

COUNT = 3


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


@pytest.fixture
def places(aws: Cloud) -> WaitingPlaces:
    return WaitingPlaces(clients.dynamodb(), aws.settings.jobs_table, COUNT)


def test_of_many_at_once_as_many_get_one_as_there_are(places: WaitingPlaces) -> None:
    with ThreadPoolExecutor(12) as pool:
        taken = [place for place in pool.map(lambda _: places.take(60), range(12)) if place]
    assert sorted(place.number for place in taken) == list(range(COUNT))
    places.leave(taken[1])
    again = places.take(60)
    assert again
    assert again.number == taken[1].number
    places.leave(taken[1])  # it isn't his any more
    assert places.take(60) is None


def test_a_place_whose_caller_died_comes_back(places: WaitingPlaces) -> None:
    assert all(places.take(-GRACE_SECONDS - 2) for _ in range(2 * COUNT))


def test_a_caller_beyond_polls_and_his_job_gets_a_worker(aws: Cloud, places: WaitingPlaces) -> None:
    dispatch = AwsDispatch(aws.store, aws.queue, {"python-zerotrust"}, places)
    job = put(aws)
    taken = [places.take(60) for _ in range(COUNT)]
    assert dispatch.wait(job, 30) == job
    assert aws.messages("launch") == 1
    assert taken[0]
    places.leave(taken[0])
    aws.store.claim("job-1", "worker")
    aws.store.finish("job-1", "worker", Status.COMPLETED, result(job))
    assert dispatch.wait(job, 30).status is Status.COMPLETED
    assert places.take(60), "it was left again"


def test_an_end_is_told_though_the_place_cant_be_left(
    aws: Cloud, places: WaitingPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = put(aws)
    aws.store.claim("job-1", "worker")
    aws.store.finish("job-1", "worker", Status.COMPLETED, result(job))
    monkeypatch.setattr(WaitingPlaces, "leave", mock.Mock(side_effect=StorageError("throttled")))
    assert AwsDispatch(aws.store, aws.queue, (), places).wait(job, 30).status is Status.COMPLETED


def test_the_api_has_as_many_as_its_variable_says(aws: Cloud, places: WaitingPlaces) -> None:
    assert all(places.take(60) for _ in range(COUNT))
    body = json.dumps({"language": "python", "code": "1"})
    with mock.patch.dict(os.environ, {"WAITING_CALLERS": str(COUNT), "SYNC_WAIT_SECONDS": "60"}):
        forget()
        answer = call("POST", "/execute", body, aws.secret)
    assert (answer.status, answer.body["status"]) == (200, "running")
    found = call("GET", f"/jobs/{answer.body['job_id']}", None, aws.secret)
    assert found.body["status"] == "pending"
