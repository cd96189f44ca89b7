"""Input that is sent while the program runs."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from functions.core.limits import INPUT_PART_BYTES
from tests.client import Answer, Client
from tests.conformance.shapes import check_error

ECHO = "import sys\nfor line in sys.stdin:\n    print('got', line.strip(), flush=True)\nprint('end')"
NO_JOB = "00000000-0000-4000-8000-000000000000"


def send(api: Client, job_id: str, data: Any = "", **fields: Any) -> Answer:
    return api.post(f"/jobs/{job_id}/stdin", {"data": data, **fields})


def test_a_program_asks_and_is_answered(api: Client) -> None:
    job_id = api.submit("python", ECHO, stdin="first\n", stdin_open=True)
    api.until(job_id, lambda job: (job.get("partial") or {}).get("stdout") == "got first\n")
    answer = send(api, job_id, "zw\u00f6lf\n")
    assert (answer.status, answer.json) == (200, {"job_id": job_id, "received": 7})
    api.until(job_id, lambda job: job["partial"]["stdout"].endswith("got zw\u00f6lf\n"))
    assert send(api, job_id, "last", eof=True).json["received"] == 11
    result = api.finished(job_id)["result"]
    assert (result["stdout"], result["exit_code"]) == ("got first\ngot zw\u00f6lf\ngot last\nend\n", 0)


def test_what_comes_before_the_program_is_there_waits_for_it(api: Client) -> None:
    job_id = api.submit("bash", "sleep 0.3; cat", stdin_open=True)
    for number in range(5):
        assert send(api, job_id, f"{number},").status == 200
    assert send(api, job_id, eof=True).status == 200
    assert api.finished(job_id)["result"]["stdout"] == "0,1,2,3,4,"


def test_it_comes_at_once(api: Client, request: pytest.FixtureRequest) -> None:
    """On one machine within 50 ms, in the cloud within two seconds; how long a person waits for the echo is more."""
    cloud = request.config.getoption("--rehearsal") or request.config.getoption("--base-url")
    code = "import sys, time\nfor line in sys.stdin: print(time.time() - float(line), flush=True)"
    job_id = api.submit("python", code, stdin_open=True)
    api.until(job_id, lambda job: job["status"] == "running")
    for _ in range(5):
        assert send(api, job_id, f"{time.time()}\n").status == 200
        time.sleep(0.1)
    send(api, job_id, eof=True)
    late = sorted(float(line) for line in api.finished(job_id)["result"]["stdout"].split())
    assert len(late) == 5
    assert late[2] < (2 if cloud else 0.05)


def test_a_program_that_reads_nothing_holds_up_nobody(api: Client) -> None:
    job_id = api.submit("bash", "sleep 0.5; exec <&-; sleep 0.5; echo done", stdin_open=True)
    for _ in range(3):
        send(api, job_id, "x" * INPUT_PART_BYTES)  # in the cloud the worker may have yet to take the first: 429
    result = api.finished(job_id)["result"]
    assert (result["stdout"], result["exit_code"]) == ("done\n", 0)


def test_a_compiler_has_none_of_it(api: Client) -> None:
    code = "#include <stdio.h>\nint main(void) { char line[9]; return puts(fgets(line, 9, stdin)) < 0; }"
    job_id = api.submit("c", code, stdin_open=True)
    send(api, job_id, "yes", eof=True)
    assert api.finished(job_id)["result"]["stdout"] == "yes\n"


def test_a_job_that_takes_none(api: Client) -> None:
    job_id = api.submit("bash", "sleep 5")
    check_error(send(api, job_id, "x"), 409, "stdin_not_open")
    api.request("DELETE", f"/jobs/{job_id}")
    check_error(send(api, job_id, "x"), 409, "job_not_active", status="cancelled")
    check_error(send(api, NO_JOB, "x"), 404, "not_found")


def test_nothing_comes_after_the_end(api: Client) -> None:
    job_id = api.submit("bash", "cat; sleep 5", stdin_open=True)
    assert send(api, job_id, eof=True).status == 200
    check_error(send(api, job_id, "x"), 409, "stdin_not_open")
    check_error(send(api, job_id, eof=True), 409, "stdin_not_open")
    api.request("DELETE", f"/jobs/{job_id}")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"data": "x" * (INPUT_PART_BYTES + 1)}, 413),
        ({"data": "\u00e4" * (INPUT_PART_BYTES // 2 + 1)}, 413),
        ({"data": 1}, 422),
        ({"eof": "yes"}, 422),
        ([], 422),
    ],
)
def test_what_isnt_taken(api: Client, body: Any, status: int) -> None:
    job_id = api.submit("bash", "cat; sleep 5", stdin_open=True)
    assert api.request("POST", f"/jobs/{job_id}/stdin", json.dumps(body).encode(),
                       {"Content-Type": "application/json"}).status == status  # fmt: skip
    assert send(api, job_id, "y").json["received"] == 1, "nothing of it was"
    api.request("DELETE", f"/jobs/{job_id}")


def test_tests_and_batches(api: Client) -> None:
    program = {"language": "bash", "code": "cat", "stdin_open": True}
    refused = api.post("/execute", {**program, "tests": [{}]})
    check_error(refused, 422, "validation_error")
    assert refused.json["details"][0]["field"] == "tests"
    [accepted] = api.post("/execute/batch", {"submissions": [program]}).json["jobs"]
    assert send(api, accepted["job_id"], "x", eof=True).status == 200
    assert api.finished(accepted["job_id"])["result"]["stdout"] == "x"


def test_a_program_that_waits_for_ever_is_ended(api: Client) -> None:
    result = api.execute("bash", "read line; echo never", stdin_open=True, ttl=1)
    assert (result["status"], result["stdout"]) == ("timeout", "")
