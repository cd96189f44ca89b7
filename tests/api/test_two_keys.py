"""One customer's jobs don't exist for another."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from functions.core.keys import Key
from tests.api.events import call
from tests.aws import Cloud, cloud

BODY = json.dumps({"language": "bash", "code": "echo 1"})


@pytest.fixture
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def test_anothers_job_is_404_the_same_as_none(aws: Cloud) -> None:
    stranger = aws.keys.put(Key("unsb-pk-else-else-else-else"))
    job_id = call("POST", "/execute/async", BODY, aws.secret).body["job_id"]
    none = "00000000-0000-4000-8000-000000000000"
    for method in ("GET", "DELETE"):
        anothers = call(method, f"/jobs/{job_id}", None, stranger)
        assert anothers.status == 404
        assert anothers.body == call(method, f"/jobs/{none}", None, stranger).body
    assert call("GET", "/jobs", None, stranger).body == {"jobs": []}
    assert [job["job_id"] for job in call("GET", "/jobs", None, aws.secret).body["jobs"]] == [job_id]
    assert call("GET", f"/jobs/{job_id}", None, aws.secret).body["status"] == "pending"


def test_a_cancelled_jobs_submission_is_deleted(aws: Cloud) -> None:
    """Also one so large that it lies in S3."""
    body = json.dumps({"language": "bash", "code": "echo 1", "stdin": "x" * 500_000})
    job_id = call("POST", "/execute/async", body, aws.secret).body["job_id"]
    assert len(aws.objects()) == 1
    assert call("DELETE", f"/jobs/{job_id}", None, aws.secret).status == 200
    assert aws.objects() == []
