"""Keys with limits of their own, and many requests at once, over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.client import Client
from tests.conftest import ROOT, LocalService

TOGETHER = 50


def client_with(service: LocalService, **limits: int) -> Client:
    """Make a key with these limits (rate, burst, concurrency)."""
    options = [text for name, value in limits.items() for text in (f"--{name}", str(value))]
    argv = [sys.executable, "-m", "infra.keys", "create", *service.keys_place, "--name", "test", *options]
    made = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    return Client(service.base_url, json.loads(made.stdout)["secret_key"])


def outcomes(client: Client, code: str, **headers: str) -> tuple[Counter[str], set[str]]:
    """Submit 50 times at once; return how often each outcome came, and the ids of the jobs."""
    body = json.dumps({"language": "bash", "code": code}).encode()
    sent = {"Content-Type": "application/json", **headers}
    with ThreadPoolExecutor(TOGETHER) as pool:
        answers = list(pool.map(lambda _: client.request("POST", "/execute/async", body, sent), range(TOGETHER)))
    counted = Counter("accepted" if each.status == 200 else str(each.json["error"]) for each in answers)
    return counted, {each.json["job_id"] for each in answers if each.status == 200}
