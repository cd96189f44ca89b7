"""Many jobs at once: submitted by one request, looked at by another."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from tests.client import Answer, Client
from tests.conformance.shapes import check, check_error, check_job

ACCEPTED = {"job_id": str, "status": str}


def submit(api: Client, *submissions: Any, key: str | None = None) -> list[dict[str, Any]]:
    headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
    answer = api.request("POST", "/execute/batch", json.dumps({"submissions": submissions}).encode(), headers)
    assert answer.status == 200, answer.text
    check(answer.json, {"jobs": list})
    jobs: list[dict[str, Any]] = answer.json["jobs"]
    assert len(jobs) == len(submissions)
    return jobs


def ended(api: Client, ids: list[str], seconds: float = 120) -> list[dict[str, Any]]:
    deadline = time.monotonic() + seconds
    while True:
        jobs: list[dict[str, Any]] = api.request("GET", f"/jobs?ids={','.join(ids)}").json["jobs"]
        assert [job["job_id"] for job in jobs] == ids
        if all(job["result"] for job in jobs):
            return jobs
        assert time.monotonic() < deadline, jobs
        time.sleep(0.1)


def test_a_batch(api: Client) -> None:
    jobs = submit(
        api,
        *[{"language": "bash", "code": f"echo {number}"} for number in range(10)],
        {"language": "pyton", "code": "1"},
        {"language": "python", "code": "print(6 * 7)"},
        None,
    )
    for job in (*jobs[:10], jobs[11]):
        check(job, ACCEPTED)
        assert job["status"] == "pending"
    assert [(jobs[index]["error"]) for index in (10, 12)] == ["unknown_language", "validation_error"]
    finished = ended(api, [job["job_id"] for job in jobs if "job_id" in job])
    for job in finished:
        check_job(job)
    assert [job["result"]["stdout"] for job in finished] == [*[f"{number}\n" for number in range(10)], "42\n"]


def test_a_batch_that_is_sent_again(api: Client) -> None:
    key, body = str(uuid.uuid4()), [{"language": "bash", "code": "date +%N"}] * 3
    first, second = (submit(api, *body, {"language": "nope", "code": "1"}, key=key) for _ in range(2))
    assert [job.get("job_id") for job in first] == [job.get("job_id") for job in second]
    assert first[3] == second[3]
    assert len({job["result"]["stdout"] for job in ended(api, [job["job_id"] for job in first[:3]])}) == 3
    sent = json.dumps({"submissions": body}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    check_error(api.request("POST", "/execute/batch", sent, headers), 409, "idempotency_key_reused")


def test_a_batch_that_is_none(api: Client) -> None:
    check_error(api.post("/execute/batch", {"submissions": []}), 422, "validation_error")
    check_error(api.post("/execute/batch", {"submissions": [1] * 101}), 422, "validation_error")
    check_error(api.post("/execute/batch", {}), 422, "validation_error")
    check_error(Client(api.base_url, "").post("/execute/batch", {"submissions": [1]}), 401, "unauthorized")


def look(api: Client, ids: str) -> Answer:
    return api.request("GET", f"/jobs?ids={ids}")


def test_jobs_by_their_ids(api: Client) -> None:
    running = api.submit("bash", "echo first; sleep 60")
    done = api.execute("bash", "exit 3")["job_id"]
    api.until(running, lambda job: job["status"] == "running" and job["partial"]["stdout"])
    unknown = str(uuid.uuid4())
    jobs = look(api, f"{done},{unknown},x,{running}").json["jobs"]
    assert [(job["job_id"], job.get("status", job.get("error"))) for job in jobs] == [
        (done, "completed"),
        (unknown, "not_found"),
        ("x", "not_found"),
        (running, "running"),
    ]
    assert jobs[0] == api.job(done)
    assert "partial" not in jobs[3]
    api.request("DELETE", f"/jobs/{running}")
    for ids in ("", "a,,b", ",".join(["%d"] * 101) % tuple(range(101))):
        check_error(look(api, ids), 422, "validation_error")
