"""A job's webhook is recorded with it, and shown with it, whatever becomes of the job."""

from __future__ import annotations

import pytest

from functions.core.job import Status
from functions.core.keys import Key
from functions.core.service import cancelled_result
from functions.core.webhooks import Delivery
from tests.contract.backends import Backend
from tests.contract.test_keys import PUBLIC_KEY, request
from tests.jobs import put, put_with_webhook, result


def test_it_is_there_from_the_first_on_and_when_the_job_has_ended(storage: Backend) -> None:
    job = put_with_webhook(storage, sealed_secret="sealed")
    expected = Delivery(url="https://example.com/hook", sealed_secret="sealed")
    read = storage.store.get("job-1")
    assert read
    assert read.webhook == job.webhook == expected
    claim = storage.store.claim("job-1", "worker")
    assert claim
    assert claim.submission.webhook is None
    assert storage.store.finish("job-1", "worker", Status.COMPLETED, result(job))
    ended = storage.store.get("job-1")
    assert ended
    assert ended.webhook == expected


def test_a_job_without_one_has_none(storage: Backend) -> None:
    put(storage)
    job = storage.store.get("job-1")
    assert job
    assert job.webhook is None
    assert "webhook" not in job.wire()


@pytest.mark.parametrize("status", ["cancelled", "handed back"])
def test_it_doesnt_change_what_becomes_of_a_job(storage: Backend, status: str) -> None:
    job = put_with_webhook(storage)
    if status == "cancelled":
        assert storage.store.cancel_pending("job-1", cancelled_result(job))
    else:
        assert storage.store.claim("job-1", "worker")
        assert storage.store.hand_back("job-1", "worker")
        assert [active.job.job_id for active in storage.store.scan_active()] == ["job-1"]
        assert storage.store.give_up("job-1", result(job))
    assert list(storage.store.scan_active()) == []
    assert storage.store.list_active("me") == []


def test_a_keys_webhook(storage: Backend) -> None:
    key = Key(PUBLIC_KEY, webhook="https://example.com/hook")
    assert storage.keys.authenticate(request(storage.keys.put(key))).key == key
