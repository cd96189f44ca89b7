"""The OpenAPI document is valid, names every route, and real answers are as it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from functions.api import errors
from functions.api.app import build
from functions.api.openapi.examples import ANSWERS
from functions.api.openapi.models import ResultAnswer
from functions.core.cases import CaseResult, CaseStatus
from functions.core.errors import BusyError
from functions.core.job import Artifact, NetworkMode, Result, Status
from functions.core.keys import Key
from functions.core.service import unfinished_result
from tests.api.events import Called, call
from tests.aws import Cloud, cloud

PARTS = {  # of requests and answers
    *("Submission", "Batch", "Webhook", "ErrorAnswer", "Detail", "LanguageDetails", "ListedJob", "Partial"),
    *("AcceptedOfMany", "Refused", "JobOfMany", "NoSuchJob", "TestAnswer"),
}
GOOD = json.dumps({"language": "python", "code": "1"})


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


@pytest.fixture(scope="module")
def document(aws: Cloud) -> dict[str, Any]:
    assert aws
    body: dict[str, Any] = call("GET", "/openapi.json").body
    return body


def resolved(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def check(document: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    OAS31Validator({**schema, "components": document["components"]}).validate(value)


def check_answer(document: dict[str, Any], method: str, path: str, answer: Called) -> None:
    """Assert that an answer's status, body and headers are as the document says of this route."""
    operation = document["paths"][path][method.lower()]
    assert str(answer.status) in operation["responses"], (method, path, answer)
    response = resolved(document, operation["responses"][str(answer.status)])
    check(document, response["content"]["application/json"]["schema"], answer.body)
    if {} not in operation.get("security", []):
        names = set(response["headers"]) - {"X-Request-Id"}
        assert all(int(answer.headers[name.lower()]) >= 0 for name in names)
    assert answer.headers["x-request-id"]


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_schemas_use_words_of_json_schema_alone(document: dict[str, Any]) -> None:
    """Others, such as pydantic's own ge and le, would say nothing to anybody."""
    known = set(OAS31Validator.VALIDATORS) | {"title", "description", "default", "example", "examples"}
    schemas = [*document["components"]["schemas"].values()]
    while schemas:
        schema = schemas.pop()
        assert set(schema) <= known | {"contentEncoding"}, schema
        for name in ("properties", "patternProperties"):
            schemas += schema.get(name, {}).values()
        schemas += [schema[name] for name in ("items", "propertyNames") if name in schema]
        schemas += [each for name in ("anyOf", "allOf", "oneOf") for each in schema.get(name, [])]


def test_every_route_is_in_it_and_no_other(document: dict[str, Any]) -> None:
    served = {(route.openapi_path, route.method.lower()) for route in build().routes() if route.include_in_schema}
    assert served == {(path, method) for path, methods in document["paths"].items() for method in methods}
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))


def test_every_operation_is_complete(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"].endswith(".")
            assert "`" not in operation["summary"], "a summary is plain text"
            assert operation["description"].endswith(".")
            assert {"200", "500"} <= set(operation["responses"])
            if {} not in operation.get("security", []):
                assert {"401", "429", "503"} <= set(operation["responses"]), path
    assert set(document["components"]["securitySchemes"]) == {"secret", "public_key", "timestamp", "signature"}
    assert {tag["name"] for tag in document["tags"]} == {
        tag for methods in document["paths"].values() for operation in methods.values() for tag in operation["tags"]
    }
    assert {f"Error{status}" for status in errors.codes()} == set(document["components"]["responses"])


def test_every_request_field_is_described(document: dict[str, Any]) -> None:
    for name in ("Submission", "InputFile", "Case"):
        for field, schema in document["components"]["schemas"][name]["properties"].items():
            assert schema["description"], (name, field)
    submission = document["components"]["schemas"]["Submission"]["properties"]
    assert {"network", "network_mode", "return_artifact", "return_artifacts"} <= set(submission)
    assert "content_base64" in document["components"]["schemas"]["InputFile"]["properties"]


def test_examples_are_right(document: dict[str, Any]) -> None:
    submission = document["components"]["schemas"]["Submission"]
    for example in submission["examples"]:
        check(document, submission, example)
    answers = [name for name, schema in document["components"]["schemas"].items() if schema.get("required")]
    assert set(answers) - PARTS == set(ANSWERS)
    for name, example in ANSWERS.items():
        check(document, document["components"]["schemas"][name], example)
    for response in document["components"]["responses"].values():
        media = response["content"]["application/json"]
        for example in media["examples"].values():
            check(document, media["schema"], example["value"])


def test_it_names_exactly_the_fields_of_a_result() -> None:
    result = Result(
        success=True, stdout="", stderr="", exit_code=0, error=None, language="python", job_id="x",
        status=Status.COMPLETED, execution_mode="pooled", network_mode=NetworkMode.ZEROTRUST, total_time_ms=1,
        detected_language="python", vcpu=1, passed=0,
        tests=[CaseResult(name=None, passed=False, status=CaseStatus.SKIPPED)],
        artifacts=[Artifact(filename="a", path="a", content_base64="eA==", size=1, sha256="0")],
    ).wire()  # fmt: skip
    assert set(result) == set(ResultAnswer.model_fields)
    ResultAnswer.model_validate(result)


def test_real_answers_are_as_it_says(aws: Cloud, document: dict[str, Any]) -> None:
    def answered(method: str, path: str, status: int, body: str | None = None, **more: Any) -> Any:
        arguments = {"secret": aws.secret, **more}
        answer = call(method, path.replace("{job_id}", arguments.pop("job_id", "x")), body, **arguments)
        assert answer.status == status, answer
        check_answer(document, method, path, answer)
        return answer.body

    for path in ("/health", "/openapi.json", "/languages"):
        answered("GET", path, 200)
    answered("GET", "/languages", 200, query={"details": ["true"]})
    answered("GET", "/languages", 422, query={"details": ["x"]})
    answered("POST", "/keys/validate", 200)
    answered("POST", "/keys/validate", 200, secret=None)
    answered("GET", "/keys/self", 200)
    answered("POST", "/execute", 200, GOOD)
    answered("POST", "/run", 200, "#!/bin/sh\ntrue\n")
    answered("POST", "/run/async", 422, "true\n")
    answered("POST", "/run", 400, "#!/bin/sh\n", query={"env": ["no"]})
    for body, status in (("no", 400), ("{}", 422), ('{"language": "pythn", "code": "1"}', 422)):
        answered("POST", "/execute", status, body)
    answered("POST", "/execute/async", 413, json.dumps({"language": "python", "code": "x" * 1_048_577}))
    answered("POST", "/execute", 415, GOOD, headers={"Content-Type": "text/xml"})
    answered("POST", "/execute", 401, GOOD, secret=None)
    answered("GET", "/jobs/{job_id}", 404)
    answered("GET", "/jobs", 200)
    batch = [json.loads(GOOD), {"language": "pyton", "code": "1"}, 1]
    body = json.dumps({"submissions": batch})
    of_many = answered("POST", "/execute/batch", 200, body, headers={"Idempotency-Key": "b"})["jobs"]
    answered("POST", "/execute/batch", 409, '{"submissions": [1]}', headers={"Idempotency-Key": "b"})
    answered("POST", "/execute/batch", 422, '{"submissions": []}')
    answered("POST", "/execute/batch", 400, "{")
    answered("GET", "/jobs", 200, query={"ids": [f"{of_many[0]['job_id']},none"]})
    answered("GET", "/jobs", 422, query={"ids": [","]})
    job_id = answered("POST", "/execute/async", 200, GOOD, headers={"Idempotency-Key": "a"})["job_id"]
    other = json.dumps({"language": "bash", "code": "1"})
    answered("POST", "/execute/async", 409, other, headers={"Idempotency-Key": "a"})
    answered("GET", "/jobs/{job_id}", 200, job_id=job_id)
    answered("DELETE", "/jobs/{job_id}", 200, job_id=job_id)
    answered("DELETE", "/jobs/{job_id}", 409, job_id=job_id)
    answered("GET", "/jobs/{job_id}", 200, job_id=job_id)
    answered("POST", "/execute", 200, GOOD, headers={"Idempotency-Key": "a"})


def test_answers_about_a_running_job_and_its_result(aws: Cloud, document: dict[str, Any]) -> None:
    job_id = call("POST", "/execute/async", GOOD, aws.secret).body["job_id"]
    assert aws.store.claim(job_id, "worker")
    aws.store.heartbeat(job_id, "worker", b"so far", b"")
    running = call("GET", f"/jobs/{job_id}", None, aws.secret)
    assert running.body["partial"]["stdout"] == "so far"
    check_answer(document, "GET", "/jobs/{job_id}", running)
    job = aws.store.get(job_id)
    assert job
    assert aws.store.finish(job_id, "worker", Status.TIMEOUT, unfinished_result(job, Status.TIMEOUT, "timeout"))
    check_answer(document, "GET", "/jobs/{job_id}", call("GET", f"/jobs/{job_id}", None, aws.secret))


def test_refusals_by_quota_are_as_it_says(aws: Cloud, document: dict[str, Any]) -> None:
    limits = Key("unsb-pk-open-open-open-open", rate_per_minute=1, burst=2, concurrency=1)
    secret = aws.keys.put(limits)
    answers = [call("POST", "/execute/async", GOOD, secret) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 429, 429]
    for answer in answers:
        check_answer(document, "POST", "/execute/async", answer)


def test_a_failure_of_aws_is_as_it_says(aws: Cloud, document: dict[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("functions.aws.keys.DynamoKeyStore._update", _refuse)
        answer = call("GET", "/jobs", None, aws.secret)
    assert answer.status == 503
    check_answer(document, "GET", "/jobs", answer)


def _refuse(*_: Any) -> None:
    raise BusyError
