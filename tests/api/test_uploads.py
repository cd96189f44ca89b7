"""POST /uploads and upload_id: a file takes another way, and the job is as if it had come inline."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from functions.core.keys import Key
from functions.core.limits import MIB
from tests.api.events import Called, call
from tests.aws import Cloud, cloud

GONE = "There is no such upload"


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def upload(aws: Cloud, content: bytes) -> str:
    """Upload as S3 does for a form's holder; return the id."""
    form = call("POST", "/uploads", secret=aws.secret).body
    aws.files.put(form["fields"]["key"], content)
    upload_id: str = form["upload_id"]
    return upload_id


def submit(aws: Cloud, *files: dict[str, Any], headers: dict[str, str] | None = None, secret: str = "") -> Called:
    body = json.dumps({"language": "python", "code": "1", "input_files": files})
    return call("POST", "/execute/async", body, secret=secret or aws.secret, headers=headers)


def test_the_form_takes_one_file_of_the_size_that_is_allowed(aws: Cloud) -> None:
    answer = call("POST", "/uploads", secret=aws.secret)
    assert (answer.status, answer.body["max_bytes"], answer.body["expires_in"]) == (200, 5 * MIB, 900)
    fields = answer.body["fields"]
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert ["content-length-range", 0, 5 * MIB] in policy["conditions"]
    assert {"key": fields["key"]} in policy["conditions"]
    expires = time.mktime(time.strptime(policy["expiration"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
    assert 880 < expires - time.time() <= 900
    assert fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert fields["key"].endswith(answer.body["upload_id"])


def test_the_job_has_the_file_and_the_upload_is_gone(aws: Cloud) -> None:
    content = bytes(range(256)) * 1000
    upload_id = upload(aws, content)
    files = [{"filename": "a.bin", "upload_id": upload_id}, {"content": "eA=="}]
    answer = submit(aws, *files)
    assert answer.status == 200
    claim = aws.store.claim(answer.body["job_id"], "worker")
    assert claim
    assert claim.submission.named_files() == [("a.bin", content), ("1", b"x")]
    assert not [key for key in aws.objects() if upload_id in key]
    again = submit(aws, *files)
    assert (again.status, again.body["details"][0]["field"]) == (422, "input_files.0.upload_id")
    assert GONE in again.body["message"]


def test_an_empty_file(aws: Cloud) -> None:
    job_id = submit(aws, {"upload_id": upload(aws, b"")}, {"content": ""}).body["job_id"]
    claim = aws.store.claim(job_id, "worker")
    assert claim
    assert claim.submission.named_files() == [("0", b""), ("1", b"")]


def test_a_repeated_request_gets_the_first_job(aws: Cloud) -> None:
    files = [{"upload_id": upload(aws, b"x")}]
    answers = [submit(aws, *files, headers={"Idempotency-Key": "again"}) for _ in range(3)]
    assert [answer.status for answer in answers] == [200] * 3
    assert len({answer.body["job_id"] for answer in answers}) == 1


def test_nobody_has_anothers_upload(aws: Cloud) -> None:
    upload_id = upload(aws, b"x")
    other = aws.keys.put(Key("unsb-pk-else-else-else-else"))
    answer = submit(aws, {"upload_id": upload_id}, secret=other)
    assert (answer.status, answer.body["error"]) == (422, "validation_error")
    assert submit(aws, {"upload_id": upload_id}).status == 200


@pytest.mark.parametrize(
    "files",
    [[5 * MIB + 1], [5 * MIB, 5 * MIB, 1]],
    ids=["one too large", "all together too large"],
)
def test_sizes_are_looked_at_when_the_file_is_used(aws: Cloud, files: list[int]) -> None:
    jobs = aws.items()
    answer = submit(aws, *({"upload_id": upload(aws, b"x" * size)} for size in files))
    assert (answer.status, answer.body["error"]) == (413, "payload_too_large")
    assert "/uploads" in answer.body["message"]
    assert aws.items() == jobs


def test_inline_files_count(aws: Cloud) -> None:
    inline = [{"content": base64.b64encode(b"x" * 5 * MIB).decode(), "filename": name} for name in "ab"]
    assert submit(aws, *inline, {"upload_id": upload(aws, b"x")}).status == 413


def test_the_limit_itself(aws: Cloud) -> None:
    job_id = submit(aws, *({"upload_id": upload(aws, b"x" * 5 * MIB)} for _ in range(2))).body["job_id"]
    claim = aws.store.claim(job_id, "worker")
    assert claim
    assert [len(content) for _, content in claim.submission.named_files()] == [5 * MIB] * 2


@pytest.mark.usefixtures("aws")
def test_a_stranger_gets_no_form() -> None:
    assert call("POST", "/uploads", secret="unsb-sk-aaaaa-aaaaa-aaaaa-aaaaa").status == 401
