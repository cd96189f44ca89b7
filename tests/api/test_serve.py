"""The program behind the Lambda Web Adapter: started as Lambda starts it, spoken to as the adapter speaks."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from functions.api.streaming import StreamingApp
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
    page = client.request("GET", "/")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    refused = client.post("/execute", {"language": "python", "code": "1"})
    assert (refused.status, refused.json["error"]) == (401, "unauthorized")


def test_a_held_line_shows_life_on_the_wire() -> None:
    """What a caller of a long job sees, with minutes turned down to tenths of a second."""

    def slow(_: dict[str, Any]) -> dict[str, Any]:
        time.sleep(0.7)
        return {"statusCode": 200, "headers": {}, "body": '{"success":true}'}

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as executor:
        app = StreamingApp(slow, executor, hold_seconds=0.2, space_seconds=0.1)
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        connection = http.client.HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=10)
        try:
            start = time.monotonic()
            connection.request("POST", "/execute", b"{}")
            answer = connection.getresponse()
            headers_after = time.monotonic() - start
            first, first_after = answer.read(1), time.monotonic() - start
            rest = answer.read()
        finally:
            connection.close()
            server.should_exit = True
            thread.join(10)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert first == b" "
    assert 0.2 <= headers_after <= first_after < 0.7
    assert len(rest) - len(rest.lstrip()) >= 2
    assert json.loads(rest) == {"success": True}
