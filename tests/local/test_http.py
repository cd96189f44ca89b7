"""What reaches the server but isn't HTTP is answered as every other failure is."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import pytest

from tests.conftest import LocalService

BROKEN = {
    "no HTTP": b"nonsense\r\n\r\n",
    "no such method": b"FETCH /health HTTP/1.1\r\nHost: x\r\n\r\n",
    "a length that is none": b"POST /execute HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
    "two lengths": b"POST /run HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a path that is not ASCII": b"GET /jobs/\xe9 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a path without end": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "NUL in a header": b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n",
}


def exchange(service: LocalService, request: bytes) -> tuple[bytes, bytes]:
    """Send bytes, and return the head and the body of what comes back."""
    address = urlsplit(service.base_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(request)
        received = b""
        while part := connection.recv(65_536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    return head, body


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_not_http(service: LocalService, case: str) -> None:
    head, body = exchange(service, BROKEN[case])
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/json" in head
    answer = json.loads(body)
    assert set(answer) == {"error", "message"}
    assert answer["error"] == "bad_request"


def test_an_upgrade_is_not_made(service: LocalService) -> None:
    asked = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n"
    head, body = exchange(service, b"GET /health HTTP/1.0\r\nHost: x\r\n" + asked + b"\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert json.loads(body)["status"] == "ok"


def test_a_path_is_decoded_once(service: LocalService) -> None:
    head, _ = exchange(service, b"GET /%68ealth HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"server:" not in head
    head, _ = exchange(service, b"GET /%2568ealth HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 404 ")
