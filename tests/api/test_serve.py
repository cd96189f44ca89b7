"""The program behind the Lambda Web Adapter: started as Lambda starts it, spoken to as the adapter speaks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client import Client
from tests.conftest import ROOT


@pytest.fixture
def url() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "LAMBDA_TASK_ROOT": str(ROOT),
        "AWS_LWA_PORT": str(port),
        "AWS_DEFAULT_REGION": "eu-west-1",
        "JOBS_TABLE": "jobs",
        "KEYS_TABLE": "keys",
        "BUCKET": "files",
        "QUEUE_URL_PREFIX": "https://sqs/",
        "MASTER_SECRET": "0f" * 32,
    }
    process = subprocess.Popen([ROOT / "functions/api/serve.sh"], cwd="/", env=environment)
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline, "it doesn't listen"
        time.sleep(0.05)


def test_it_serves_the_api(url: str) -> None:
    client = Client(url, "nobody")
    health = client.request("GET", "/health")
    assert (health.status, health.json["status"]) == (200, "ok")
    refused = client.post("/execute", {"language": "python", "code": "1"})
    assert (refused.status, refused.json["error"]) == (401, "unauthorized")
