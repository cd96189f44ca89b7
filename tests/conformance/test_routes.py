"""Every route answers with exactly the fields, types and statuses of the contract."""

from __future__ import annotations

import gzip
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.client import Client
from tests.conformance.shapes import ACCEPTED, CANCELLED, LISTED, check, check_error, check_job, check_result

RAW = {"Content-Type": "text/plain"}
SLOW = "echo first; sleep 60; echo never"


def test_execute(api: Client) -> None:
    answer = api.post("/execute", {"language": "python", "code": 'print("Hello")'})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    result = answer.json
    check_result(result)
    assert (result["success"], result["stdout"], result["stderr"]) == (True, "Hello\n", "")
    assert (result["exit_code"], result["error"], result["status"]) == (0, None, "completed")
    assert (result["language"], result["network_mode"], result["artifacts"]) == ("python", "zerotrust", [])
    assert not result["stdout_truncated"]
    assert not result["stderr_truncated"]
    assert result["compile_time_ms"] == 0
    assert result["max_memory_kb"] > 0


def test_a_finished_jobs_result_is_what_execute_answered(api: Client) -> None:
    result = api.execute("bash", "echo same")
    job = api.job(result["job_id"])
    check_job(job)
    assert job["result"] == result


def test_whole_numbers_may_be_written_as_fractions(api: Client) -> None:
    body = '{"language": "bash", "code": "echo 1", "ttl": 5.0}'
    answer = api.request("POST", "/execute", body.encode(), {"Content-Type": "application/json"})
    assert answer.json["stdout"] == "1\n"


def test_a_compressed_request(api: Client) -> None:
    body = gzip.compress(json.dumps({"language": "bash", "code": "echo 1"}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert api.request("POST", "/execute", body, headers).json["stdout"] == "1\n"
    check_error(
        api.request("POST", "/execute", body, {**headers, "Content-Encoding": "br"}), 415, "unsupported_media_type"
    )
    bomb = gzip.compress(bytes(64 * 1_048_576))
    check_error(api.request("POST", "/execute", bomb, headers), 413, "payload_too_large")
    check_error(api.request("POST", "/run", bomb, {**RAW, "Content-Encoding": "gzip"}), 413, "payload_too_large")


def test_null_is_absent(api: Client) -> None:
    """Clients in typed languages send every field that they know."""
    names = ("env", "network_mode", "network", "ttl", "return_artifact", "return_artifacts", "return_wasm_artifact")
    fields = dict.fromkeys((*names, "input_files", "stdin", "args", "vcpu"))
    result = api.execute("bash", "echo $#$A; cat", **fields)
    check_result(result)
    assert (result["stdout"], result["network_mode"]) == ("0\n", "zerotrust")
    file = {"filename": None, "content": "aGkK", "content_base64": None, "upload_id": None}
    result = api.execute("bash", "cat 0", network_mode=None, network="zerotrust", input_files=[file])
    assert result["stdout"] == "hi\n"


@pytest.mark.parametrize("path", ["/", "/docs", "/health", "/languages", "/openapi.json", "/jobs"])
def test_head_is_get_without_the_body(api: Client, path: str) -> None:
    got, head = (api.request(method, path) for method in ("GET", "HEAD"))
    assert (head.status, head.text) == (200, "")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("name", ["PY", "Python3", "sh", "Shell"])
def test_aliases_in_any_case(api: Client, name: str) -> None:
    result = api.execute(name, "print(1)" if name[0] == "P" else "echo 1")
    assert result["stdout"] == "1\n"
    assert result["language"] in ("python", "bash")


def test_unknown_fields_are_ignored(api: Client) -> None:
    assert api.execute("bash", "echo 1", colour="blue", network="zerotrust")["network_mode"] == "zerotrust"


def test_vcpu_is_accepted_and_answered(api: Client) -> None:
    result = api.execute("bash", "echo 1", vcpu=2)
    assert result["vcpu"] >= 1


def test_execute_async(api: Client) -> None:
    answer = api.post("/execute/async", {"language": "python", "code": "print(1)"})
    assert answer.status == 200
    check(answer.json, ACCEPTED)
    assert answer.json["status"] == "pending"
    job = api.finished(answer.json["job_id"])
    check_job(job)
    assert (job["status"], job["result"]["stdout"]) == ("completed", "1\n")
    assert abs(job["created_at"] - time.time()) < 300


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_run(api: Client, ending: str, mark: str) -> None:
    code = f"{mark}#!/usr/bin/env python3{ending}print(6 * 7){ending}"
    answer = api.request("POST", "/run", code.encode(), RAW)
    assert answer.status == 200
    check_result(answer.json, detected=True)
    assert (answer.json["stdout"], answer.json["detected_language"], answer.json["language"]) == (
        "42\n",
        "python",
        "python",
    )


@pytest.mark.parametrize(
    ("code", "stdout"),
    [
        ("#!/bin/bash\nif true; then\n  echo yes\nfi\n", "yes\n"),
        ('#!/usr/bin/env python3\nprint("""a\nb""")\n', "a\nb\n"),
        ("#!/usr/bin/env node\nconsole.log('yes')\n", "yes\n"),
        ('#!/usr/bin/awk -f\nBEGIN {\n  print "yes"\n}\n', "yes\n"),
    ],
)
def test_run_a_program_of_a_windows_editor(api: Client, code: str, stdout: str) -> None:
    windows = "\ufeff" + code.replace("\n", "\r\n")
    answer = api.request("POST", "/run", windows.encode(), RAW).json
    assert (answer["stdout"], answer["stderr"], answer["exit_code"]) == (stdout, "", 0)


@pytest.mark.parametrize(
    ("code", "language", "stdout"),
    [
        ("\n\n#!/bin/bash\nnope\n", "bash", "main.sh: line 4: nope: command not found\n"),
        ("\r\n \n#!/usr/bin/env node\nconsole.log('yes')\n", "javascript", "yes\n"),
        ("#!/usr/bin/env -S uv run --script\n# /// script\n# dependencies = []\n# ///\nprint(1)\n", "python", "1\n"),
        ("#!/usr/bin/env go\npackage main\nfunc main() { println(1) }\n", "go", "1\n"),
        ('//usr/bin/env go run "$0" "$@"; exit "$?"\npackage main\nfunc main() { println(1) }\n', "go", "1\n"),
        ('#!/usr/bin/env rust-script\nfn main() { println!("1"); }\n', "rust", "1\n"),
    ],
)
def test_run_knows_a_language_by_more_than_its_interpreter(
    api: Client, code: str, language: str, stdout: str
) -> None:
    if not api.request("GET", "/languages?details=true").json["details"][language]["available"]:
        pytest.skip(f"{language} isn't here")
    answer = api.request("POST", "/run", code.encode(), RAW).json
    assert answer["detected_language"] == language
    assert answer["stdout"] + answer["stderr"] == stdout, answer


@pytest.mark.parametrize("kind", ["application/octet-stream", "application/x-www-form-urlencoded", "text/x-python"])
def test_run_tolerates_other_content_types(api: Client, kind: str) -> None:
    """curl --data-binary without a header says application/x-www-form-urlencoded."""
    answer = api.request("POST", "/run", b"#!/bin/sh\necho a=1+2%20\n", {"Content-Type": kind})
    assert answer.json["stdout"] == "a=1+2%20\n"


def test_run_with_options_in_the_query_string(api: Client) -> None:
    query = urlencode({"env": json.dumps({"A": "ä b"}), "ttl": 7, "network_mode": "zerotrust", "args": '["x y","z"]'})
    answer = api.request("POST", f"/run?{query}", b'#!/bin/bash\necho "$A|$1|$2"\n', RAW)
    assert answer.json["stdout"] == "ä b|x y|z\n"
    timeout = api.request("POST", "/run?ttl=1", b"#!/bin/bash\nwhile :; do :; done\n", RAW).json
    check_result(timeout, detected=True)
    assert timeout["status"] == "timeout"


def test_run_async(api: Client) -> None:
    answer = api.request("POST", "/run/async", b"#!/usr/bin/env python3\nprint(1)\n", RAW)
    assert answer.status == 200
    assert set(ACCEPTED) <= set(answer.json)
    assert answer.json["status"] == "pending"
    job = api.finished(answer.json["job_id"])
    check_job(job, detected=True)
    assert job["result"]["detected_language"] == "python"
    assert job["result"]["stdout"] == "1\n"


def test_list_shows_active_jobs_newest_first(api: Client) -> None:
    first = api.submit("bash", SLOW)
    second = api.submit("bash", SLOW)
    try:
        answer = api.request("GET", "/jobs")
        assert answer.status == 200
        check(answer.json, {"jobs": list})
        listed = answer.json["jobs"]
        for job in listed:
            check(job, LISTED)
            assert job["status"] in ("pending", "running")
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", job["submitted_at"])
            submitted = datetime.strptime(job["submitted_at"][:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
            assert int(submitted.timestamp()) == job["created_at"]
        times = [job["created_at"] for job in listed]
        assert times == sorted(times, reverse=True)
        ours = [job["job_id"] for job in listed if job["job_id"] in (first, second)]
        assert ours == [second, first]
    finally:
        for job_id in (second, first):
            api.request("DELETE", f"/jobs/{job_id}")
    left = {job["job_id"] for job in api.request("GET", "/jobs").json["jobs"]}
    assert not left & {first, second}


def test_a_running_job_shows_its_output_and_is_cancelled(api: Client) -> None:
    job_id = api.submit("bash", SLOW)
    job = api.until(job_id, lambda job: job["status"] == "running" and job["partial"]["stdout"])
    check_job(job)
    assert job["partial"] == {"stdout": "first\n", "stderr": ""}
    start = time.monotonic()
    answer = api.request("DELETE", f"/jobs/{job_id}")
    assert time.monotonic() - start < 2.5
    assert answer.status == 200
    check(answer.json, CANCELLED)
    assert (answer.json["message"], answer.json["job_id"], answer.json["status"]) == (
        "Job cancelled",
        job_id,
        "cancelled",
    )
    result = answer.json["result"]
    check_result(result)
    assert (result["stdout"], result["exit_code"], result["status"]) == ("first\n", -1, "cancelled")
    assert "cancelled" in result["error"]
    for name in ("stdout", "stderr", "success", "artifacts"):
        assert answer.json[name] == result[name]
    job = api.job(job_id)
    check_job(job)
    assert (job["status"], job["result"]) == ("cancelled", result)
    check_error(api.request("DELETE", f"/jobs/{job_id}"), 409, "job_not_active", status="cancelled")


def test_of_many_who_cancel_at_once_one_does(api: Client) -> None:
    job_id = api.submit("bash", SLOW)
    api.until(job_id, lambda job: job["status"] == "running" and job["partial"]["stdout"])
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: api.request("DELETE", f"/jobs/{job_id}"), range(6)))
    [done] = [answer for answer in answers if answer.status == 200]
    check(done.json, CANCELLED)
    for refused in answers:
        if refused is not done:
            check_error(refused, 409, "job_not_active", status="cancelled")


def test_a_cancelled_pending_job_never_runs(api: Client) -> None:
    """More jobs than any test deployment has workers hold it back; later it's still as cancelled as at first."""
    fillers = [api.submit("bash", "sleep 60") for _ in range(8)]
    job_id = api.submit("bash", "echo ran")
    answer = api.request("DELETE", f"/jobs/{job_id}")
    for filler in reversed(fillers):
        api.request("DELETE", f"/jobs/{filler}")
    check(answer.json, CANCELLED)
    check_result(answer.json["result"])
    assert (answer.json["stdout"], answer.json["status"], answer.json["result"]["exit_code"]) == ("", "cancelled", -1)
    assert api.execute("bash", "echo next")["stdout"] == "next\n"  # the queue behind it is served
    job = api.job(job_id)
    check_job(job)
    assert (job["status"], job["started_at"], job["result"]) == ("cancelled", None, answer.json["result"])


def test_cancel_of_a_finished_job(api: Client) -> None:
    job_id = api.execute("bash", "exit 3")["job_id"]
    check_error(api.request("DELETE", f"/jobs/{job_id}"), 409, "job_not_active", status="completed")
    late = api.submit("bash", "sleep 9", ttl=1)
    assert api.finished(late)["status"] == "timeout"
    check_error(api.request("DELETE", f"/jobs/{late}"), 409, "job_not_active", status="timeout")


def test_languages(api: Client) -> None:
    public = Client(api.base_url, "")
    body = public.request("GET", "/languages").json
    check(body, {"languages": list, "aliases": dict, "count": int})
    assert body["count"] == len(body["languages"])
    assert all(isinstance(language, str) for language in body["languages"])
    assert set(body["aliases"].values()) <= set(body["languages"])
    details = public.request("GET", "/languages?details=true").json["details"]
    assert list(details) == body["languages"]
    for facts in details.values():
        assert {"version", "extensions", "shebangs", "compiled", "wasm", "available"} <= set(facts)


def test_health(api: Client) -> None:
    answer = Client(api.base_url, "").request("GET", "/health")
    assert answer.status == 200
    assert answer.json["status"] == "ok"


ERRORS: dict[str, tuple[str, str, bytes | None, int, str]] = {
    "not JSON": ("POST", "/execute", b"{", 400, "bad_request"),
    "bad base64": (
        "POST",
        "/execute",
        b'{"language":"python","code":"1","input_files":[{"content":"?"}]}',
        400,
        "bad_request",
    ),
    "unknown job": ("GET", "/jobs/00000000-0000-4000-8000-000000000000", None, 404, "not_found"),
    "unknown route": ("GET", "/nope", None, 404, "not_found"),
    "wrong method": ("PUT", "/execute", None, 405, "method_not_allowed"),
    "missing field": ("POST", "/execute", b'{"language":"python"}', 422, "validation_error"),
    "unknown language": ("POST", "/execute", b'{"language":"pyton","code":"1"}', 422, "unknown_language"),
    "no shebang": ("POST", "/run", b"print(1)", 422, "language_not_detected"),
    "too large": ("POST", "/execute", b" " * (17 * 1_048_576), 413, "payload_too_large"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors_have_one_shape(api: Client, case: str) -> None:
    method, path, body, status, code = ERRORS[case]
    headers = {"Content-Type": "application/json"} if path == "/execute" else RAW
    check_error(api.request(method, path, body, headers), status, code)


def test_error_details_name_what_to_change(api: Client) -> None:
    close = check_error(api.post("/execute", {"language": "pyton", "code": "1"}), 422, "unknown_language")
    assert "python" in close["message"]
    missing = check_error(api.post("/execute", {"language": "python"}), 422, "validation_error")
    assert [detail["field"] for detail in missing["details"]] == ["code"]
    kind = api.request("POST", "/execute", b"x", {"Content-Type": "text/plain"})
    check_error(kind, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer unsb-sk-aaaaa-bbbbb-ccccc-ddddd"},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer"},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/execute"), ("GET", "/jobs"), ("DELETE", "/jobs/x")])
def test_no_entrance_without_a_key(api: Client, headers: dict[str, str], method: str, path: str) -> None:
    answer = api.request(method, path, None, {"Authorization": "", **headers})
    body: dict[str, Any] = check_error(answer, 401, "unauthorized")
    assert "timestamp" not in body["message"]
