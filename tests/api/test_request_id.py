"""X-Request-Id: in every answer, and in the logs of what the request caused."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import pytest

from functions.api import dependencies, errors, request_id
from functions.core.errors import StorageError
from tests.api.events import call
from tests.aws import Cloud, cloud

GOOD = json.dumps({"language": "python", "code": "1"})


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/jobs", 200),
        ("GET", "/", 200),
        ("GET", "/nope", 404),
        ("PUT", "/jobs", 405),
        ("POST", "/execute", 400),
    ],
)
def test_every_answer_has_one(aws: Cloud, method: str, path: str, status: int) -> None:
    answer = call(method, path, None, aws.secret)
    assert answer.status == status
    uuid.UUID(answer.headers["x-request-id"])
    answer = call(method, path, None, aws.secret, {"X-Request-Id": "trace-17"})
    assert answer.headers["x-request-id"] == "trace-17"


@pytest.mark.parametrize("sent", ["", "a b", "x" * 129, "a\r\nX: y", "é"])
def test_what_has_not_the_form_of_an_id_is_replaced(aws: Cloud, sent: str) -> None:
    uuid.UUID(call("GET", "/jobs", None, aws.secret, {"X-Request-Id": sent}).headers["x-request-id"])


def test_the_gateways_id_is_taken_where_the_client_has_none() -> None:
    assert request_id.of_event({"requestContext": {"requestId": "g-1"}}, {}) == "g-1"
    assert request_id.of_event({"requestContext": {"requestId": "g-1"}}, {"x-request-id": "c-1"}) == "c-1"
    assert request_id.of_headers({"x-amzn-request-context": '{"requestId": "g-2"}'}) == "g-2"
    for broken in ("{", "[]", '{"requestId": 3}', '{"requestId": "a b"}'):
        uuid.UUID(request_id.of_headers({"x-amzn-request-context": broken}))


def test_a_job_has_it(aws: Cloud) -> None:
    answer = call("POST", "/execute/async", GOOD, aws.secret, {"X-Request-Id": "trace-18"})
    job = aws.store.get(answer.body["job_id"])
    assert job
    assert job.in_logs() == {"job_id": job.job_id, "request_id": "trace-18"}
    assert "trace-18" in [launch.request_id for launch in aws.launches()]
    claim = aws.store.claim(job.job_id, "worker")
    assert claim
    assert claim.job.request_id == "trace-18", "so the worker's log has it"


def test_a_failure_is_found_by_it(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[object] = []
    monkeypatch.setattr(errors.logger, "exception", lambda *_, **fields: logged.append(fields["request_id"]))

    def fails(_: str) -> None:
        message = "no"
        raise StorageError(message)

    monkeypatch.setattr(dependencies.services().jobs, "list_active", fails)
    answer = call("GET", "/jobs", None, aws.secret, {"X-Request-Id": "trace-19"})
    assert (answer.status, answer.headers["x-request-id"], logged) == (503, "trace-19", ["trace-19"])
