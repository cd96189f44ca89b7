"""Compressed bodies: what is decompressed, what is refused, and what a bomb costs."""

from __future__ import annotations

import gzip
import json
import resource
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from functions.core.limits import BODY_BYTES, MIB
from tests.api.events import Called, call
from tests.aws import Cloud, cloud

GOOD = json.dumps({"language": "python", "code": "print(1)"}).encode()


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def raw_deflate(body: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-15)
    return machine.compress(body) + machine.flush()


def send(aws: Cloud, body: bytes, encoding: str, path: str = "/execute/async", **headers: Any) -> Called:
    return call("POST", path, body, aws.secret, {"Content-Encoding": encoding, **headers})


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(GOOD)),
        ("GZip", gzip.compress(GOOD)),
        ("x-gzip", gzip.compress(GOOD)),
        ("gzip", gzip.compress(GOOD[:9]) + gzip.compress(GOOD[9:])),
        ("deflate", zlib.compress(GOOD)),
        ("deflate", raw_deflate(GOOD)),
        ("identity", GOOD),
    ],
    ids=lambda value: None if not isinstance(value, bytes) else str(len(value)),
)
def test_a_compressed_body_is_read(aws: Cloud, encoding: str, body: bytes) -> None:
    answer = send(aws, body, encoding)
    assert (answer.status, answer.body["status"]) == (200, "pending"), answer.body


def test_a_compressed_script_is_read(aws: Cloud) -> None:
    body = gzip.compress(b"#!/bin/sh\necho 1\n")
    answer = send(aws, body, "gzip", "/run/async", **{"Content-Type": "text/plain"})
    assert answer.status == 200, answer.body


@pytest.mark.parametrize(
    ("encoding", "body", "status", "code"),
    [
        ("gzip", GOOD, 400, "bad_request"),
        ("gzip", gzip.compress(GOOD)[:-9], 400, "bad_request"),
        ("gzip", gzip.compress(GOOD) + b"more", 400, "bad_request"),
        ("gzip", gzip.compress(b"") * 200_000, 400, "bad_request"),
        ("deflate", zlib.compress(GOOD) * 2, 400, "bad_request"),
        ("deflate", GOOD, 400, "bad_request"),
        ("deflate", zlib.compress(GOOD)[:-5], 400, "bad_request"),
        ("br", GOOD, 415, "unsupported_media_type"),
        ("zstd", GOOD, 415, "unsupported_media_type"),
        ("gzip, gzip", gzip.compress(gzip.compress(GOOD)), 415, "unsupported_media_type"),
    ],
    ids=lambda value: None if not isinstance(value, bytes) else str(len(value)),
)
def test_what_cant_be_read_is_refused(aws: Cloud, encoding: str, body: bytes, status: int, code: str) -> None:
    answer = send(aws, body, encoding)
    assert (answer.status, answer.body["error"]) == (status, code), answer.body
    assert status != 415 or answer.headers["accept-encoding"] == "gzip, deflate"


def bombs() -> Iterator[tuple[str, bytes]]:
    machine = zlib.compressobj(9, wbits=31)
    zeros = bytes(MIB)
    body = b"".join(machine.compress(zeros) for _ in range(1024)) + machine.flush()
    yield "gzip", body  # 1 GiB in 1 MiB
    yield "gzip", gzip.compress(bytes(BODY_BYTES - 1)) * 64  # each member within the limit
    yield "deflate", zlib.compress(bytes(BODY_BYTES + 1))


def test_a_bomb_is_too_large_and_costs_no_memory(aws: Cloud) -> None:
    for encoding, body in bombs():
        send(aws, gzip.compress(b"x" * BODY_BYTES), "gzip")  # what a body of the limit costs
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer = send(aws, body, encoding)
        assert (answer.status, answer.body["error"]) == (413, "payload_too_large")
        assert "/uploads" in answer.body["message"]
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 3 * BODY_BYTES // 1024


def test_a_strangers_body_is_not_looked_at(aws: Cloud) -> None:
    assert aws
    answer = call("POST", "/execute", b"no gzip", None, {"Content-Encoding": "gzip"})
    assert (answer.status, answer.body["error"]) == (401, "unauthorized")


def test_the_same_request_compressed_or_not_is_one_to_an_idempotency_key(aws: Cloud) -> None:
    once = {"Idempotency-Key": "compressed"}
    first = call("POST", "/execute/async", GOOD, aws.secret, once)
    second = send(aws, gzip.compress(GOOD), "gzip", **once)
    assert first.body["job_id"] == second.body["job_id"]
