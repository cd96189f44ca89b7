"""What a request costs: how many calls DynamoKeyStore makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from botocore.client import BaseClient

from functions.aws.keys import DynamoKeyStore
from functions.core.keys import Key
from tests.api.events import call
from tests.aws import Cloud, cloud
from tests.contract.backends import AwsBackend
from tests.contract.test_keys import claim, end, key, record, request


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


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


def test_the_usual_request_is_one_call(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = aws.keys.put(key(rate_per_minute=60_000, concurrency=1))
    made = calls(monkeypatch, aws.keys)
    storage = AwsBackend(aws)
    for _ in range(5):  # one after another, each waited for
        admission = claim(aws.keys, secret)
        assert admission.slot
        end(storage, record(storage, admission))
        aws.keys.ended(admission.slot)
    assert made == ["UpdateItem"] * 5
    assert len(storage.slots(secret)) == 1


def test_a_busy_keys_usual_request_is_one_call(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = aws.keys.put(key(rate_per_minute=60))
    made = calls(monkeypatch, aws.keys)
    for _ in range(5):
        aws.keys.authenticate(request(secret))
    assert made == ["UpdateItem"] * 5


def test_a_flood_beyond_the_rate_writes_nothing(aws: Cloud) -> None:
    """Each refusal would be a write unit, and all of a partition's are shared with other customers' keys."""
    secret = aws.keys.put(Key("unsb-pk-rate-rate-rate-rate", rate_per_minute=1, burst=2))
    answers = [call("GET", "/keys/self", secret=secret).status for _ in range(3)]
    with mock.patch.object(BaseClient, "_make_api_call", side_effect=AssertionError("a table was called")):
        answers += [call("GET", "/keys/self", secret=secret).status for _ in range(3)]
    assert answers == [200, 200, 429, 429, 429, 429]
