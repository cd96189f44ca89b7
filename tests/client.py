"""A small HTTP client for the tests: the standard library only, like a customer's."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class Client:
    base_url: str
    secret: str
    timeout: float = 120

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        address = urlsplit(self.base_url)
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.netloc, timeout=self.timeout)
        sent = {"Authorization": f"Bearer {self.secret}", **(headers or {})}
        try:
            connection.request(method, address.path.rstrip("/") + path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read().decode())
        finally:
            connection.close()

    def post(self, path: str, body: Any) -> Answer:
        """POST JSON."""
        return self.request("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def execute(self, language: str, code: str, **fields: Any) -> dict[str, Any]:
        """Run code and return its Result; a sync answer that stopped waiting is polled to its end."""
        answer = self.post("/execute", {"language": language, "code": code, **fields})
        assert answer.status == 200, answer.text
        result: dict[str, Any] = answer.json
        if "exit_code" not in result:
            result = self.finished(result["job_id"], 600)["result"]
        return result

    def submit(self, language: str, code: str, **fields: Any) -> str:
        """Submit code and return the job's id."""
        answer = self.post("/execute/async", {"language": language, "code": code, **fields})
        assert answer.status == 200, answer.text
        job_id: str = answer.json["job_id"]
        return job_id

    def job(self, job_id: str) -> dict[str, Any]:
        answer = self.request("GET", f"/jobs/{job_id}")
        assert answer.status == 200, answer.text
        job: dict[str, Any] = answer.json
        return job

    def finished(self, job_id: str, seconds: float = 60) -> dict[str, Any]:
        """Poll until the job has ended."""
        return self.until(job_id, lambda job: job["status"] not in ("pending", "running"), seconds)

    def until(self, job_id: str, condition: Any, seconds: float = 60) -> dict[str, Any]:
        """Poll until the job meets a condition."""
        deadline = time.monotonic() + seconds
        while not condition(job := self.job(job_id)):
            assert time.monotonic() < deadline, f"still {job}"
            time.sleep(0.05)
        return job
