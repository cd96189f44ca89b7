"""A worker's name: its task's, as ECS's metadata says, or one of its own."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from runtime_images.worker import task

ID = "cd189a933e5849daa93386466019ab50"


class Metadata(BaseHTTPRequestHandler):
    """What answers at the address that ECS gives a container."""

    def do_GET(self) -> None:
        known = self.path == "/v4/container/task"
        self.send_response(200 if known else 404)
        self.end_headers()
        if known:
            self.wfile.write(
                json.dumps({"TaskARN": f"arn:aws:ecs:eu-central-1:123456789012:task/code/{ID}"}).encode()
            )

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Metadata)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v4"
    server.shutdown()
    server.server_close()


def test_a_task_goes_by_its_id(address: str) -> None:
    assert task.name({task.METADATA: f"{address}/container"}) == ID


def test_elsewhere_and_where_it_cannot_be_learned_a_worker_has_its_own_name(address: str) -> None:
    names = [task.name({}), task.name({}), task.name({task.METADATA: f"{address}/other"})]
    assert len({uuid.UUID(name) for name in names}) == 3
