"""What reaches the server but isn't HTTP is answered as every other failure is."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from functions.core import limits
from tests.conftest import ROOT, LocalService, serving

BROKEN = {
    "no HTTP": b"nonsense\r\n\r\n",
    "no such method": b"FETCH /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a length that is none": b"POST /execute HTTP/1.1\r\nHost: localhost\r\nContent-Length: ten\r\n\r\n",
    "two lengths": b"POST /run HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a path that is not ASCII": b"GET /jobs/\xe9 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "NUL in a header": b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: a\0b\r\n\r\n",
}


def exchange(service: LocalService, request: bytes, *, half_close: bool = False) -> tuple[bytes, bytes]:
    """Send bytes, perhaps say that there are no more, and return the head and the body of what comes back."""
    address = urlsplit(service.base_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(request)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
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
    assert b"x-request-id: " in head
    answer = json.loads(body)
    assert set(answer) == {"error", "message"}
    assert answer["error"] == "bad_request"


def test_an_upgrade_is_not_made(service: LocalService) -> None:
    asked = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n"
    head, body = exchange(service, b"GET /health HTTP/1.0\r\nHost: localhost\r\n" + asked + b"\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert json.loads(body)["status"] == "ok"


def test_a_path_is_decoded_once(service: LocalService) -> None:
    head, _ = exchange(service, b"GET /%68ealth HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"server:" not in head
    head, _ = exchange(service, b"GET /%2568ealth HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 404 ")


def raw(service: LocalService, code: bytes, *headers: str) -> bytes:
    lines = ["POST /run HTTP/1.1", "Host: localhost", f"Authorization: Bearer {service.secret}", *headers, "", ""]
    return "\r\n".join(lines).encode() + code


def test_a_client_that_ends_its_side_gets_its_answer(service: LocalService) -> None:
    code = b"#!/bin/bash\nsleep 0.3; echo here\n"
    request = raw(service, code, f"Content-Length: {len(code)}")
    head, body = exchange(service, request, half_close=True)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert json.loads(body)["stdout"] == "here\n"
    head, body = exchange(service, request + request, half_close=True)  # pipelined
    assert body.count(b'"stdout":"here\\n"') == 2


def test_half_a_request_has_no_answer(service: LocalService) -> None:
    assert exchange(service, raw(service, b"#!/bin/", "Content-Length: 100"), half_close=True) == (b"", b"")


@pytest.mark.parametrize("expect", [(), ("Expect: 100-continue",)])
def test_a_body_that_announces_too_much_is_refused_at_once(service: LocalService, expect: tuple[str, ...]) -> None:
    address = urlsplit(service.base_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(raw(service, b"", f"Content-Length: {limits.BODY_BYTES + 1}", *expect))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")
        connection.sendall(b"x" * 1_000_000)  # what comes all the same is dropped, and nobody is cut off over it


def test_pages_of_an_origin_that_was_named_may_call(tmp_path: Path) -> None:
    """What no handler answers as well: files, and a body that is too long."""
    page = "https://app.example.org"
    with serving(tmp_path / "state", "--workers", "1", "--cors-origin", page) as running:
        api, origin = running.client, {"Origin": page}
        asked = {**origin, "Authorization": "", "Access-Control-Request-Method": "POST"}
        for path in ("/execute", "/files", "/files/uploads/x"):
            preflight = api.request("OPTIONS", path, None, asked)
            assert (preflight.status, preflight.headers["access-control-allow-origin"]) == (204, page)
        long = {**origin, "Content-Length": str(limits.BODY_BYTES + 1)}
        for answer, status in (
            (api.request("GET", "/jobs", None, origin), 200),
            (api.request("GET", "/files/none", None, origin), 403),
            (api.request("POST", "/execute", b"", long), 413),
        ):
            assert (answer.status, answer.headers["access-control-allow-origin"]) == (status, page)
            assert answer.headers["vary"] == "Origin"
            assert answer.headers["x-request-id"]
        other = api.request("GET", "/jobs", None, {"Origin": "https://other.example.org"})
        assert "access-control-allow-origin" not in other.headers


def test_what_is_no_origin_is_said_at_the_start() -> None:
    argv = [sys.executable, "-m", "infra.local", "--cors-origin", "https://app.example.org/"]
    ended = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert ended.returncode == 2
    assert "is no origin" in ended.stderr
