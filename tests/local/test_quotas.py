"""What a key may have is exact, whatever the interleaving: over HTTP, against running workers."""

from __future__ import annotations

from tests.conftest import LocalService
from tests.local.quotas import client_with, outcomes


def test_fifty_at_once(service: LocalService) -> None:
    client = client_with(service, rate=1, burst=10, concurrency=3)  # so slow that none comes back meanwhile
    counted, ids = outcomes(client, "sleep 6")
    assert counted == {"accepted": 3, "concurrency_limit_reached": 7, "rate_limit_exceeded": 40}
    assert len(ids) == 3
    refused = client.request("GET", "/jobs")
    assert (refused.status, refused.headers["x-ratelimit-remaining"]) == (429, "0")


def test_places_come_back_when_jobs_end(service: LocalService) -> None:
    client = client_with(service, rate=60_000, burst=1000, concurrency=3)
    for code in ("sleep 20", "sleep 20"):
        counted, ids = outcomes(client, code)
        assert counted == {"accepted": 3, "concurrency_limit_reached": 47}
        assert {job["job_id"] for job in client.request("GET", "/jobs").json["jobs"]} == ids
        for job_id in ids:
            assert client.request("DELETE", f"/jobs/{job_id}").status == 200
    assert client.request("GET", "/jobs").json["jobs"] == []


def test_one_idempotency_key_fifty_times_is_one_job(service: LocalService) -> None:
    client = client_with(service, rate=60_000, burst=1000, concurrency=3)
    counted, ids = outcomes(client, "echo once", **{"Idempotency-Key": "fifty"})
    assert counted == {"accepted": 50}
    [job_id] = ids
    assert client.finished(job_id)["result"]["stdout"] == "once\n"
