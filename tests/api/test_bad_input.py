"""Bad input gets the status and code that the contract says, never a 500, and creates nothing."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from functions.core.limits import MIB
from tests.api.events import call
from tests.aws import Cloud, cloud


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def file(size: int, name: str | None = "data.bin") -> dict[str, Any]:
    content = base64.b64encode(b"x" * size).decode()
    return {"content": content} | ({"filename": name} if name is not None else {})


NOBODYS = "5e1f9a52-6c7e-4a6b-8d5e-7a8f0a4b3c2d"
GOOD: dict[str, Any] = {"language": "python", "code": "print(1)"}

# what is wrong with it: (the fields of the body, status, error code, field that the details name)
BODIES: dict[str, tuple[Any, int, str, str]] = {
    "no language": ({"code": "1"}, 422, "validation_error", "language"),
    "no code": ({"language": "python"}, 422, "validation_error", "code"),
    "empty object": ({}, 422, "validation_error", "language"),
    "list": ([GOOD], 422, "validation_error", "body"),
    "text": ("print(1)", 422, "validation_error", "body"),
    "null": (None, 422, "validation_error", "body"),
    "number": (7, 422, "validation_error", "body"),
    "language number": (GOOD | {"language": 3}, 422, "validation_error", "language"),
    "language null": (GOOD | {"language": None}, 422, "validation_error", "language"),
    "code null": (GOOD | {"code": None}, 422, "validation_error", "code"),
    "language empty": (GOOD | {"language": ""}, 422, "validation_error", "language"),
    "language unknown": (GOOD | {"language": "pythn"}, 422, "unknown_language", "language"),
    "language a path": (GOOD | {"language": "../python"}, 422, "unknown_language", "language"),
    "language surrogate": (GOOD | {"language": "\ud800"}, 422, "validation_error", "language"),
    "code number": (GOOD | {"code": 1}, 422, "validation_error", "code"),
    "code empty": (GOOD | {"code": ""}, 422, "validation_error", "code"),
    "code of a byte order mark alone": (GOOD | {"code": "\ufeff"}, 422, "validation_error", "code"),
    "code list": (GOOD | {"code": ["print(1)"]}, 422, "validation_error", "code"),
    "code too large": (GOOD | {"code": "#" * (MIB + 1)}, 413, "payload_too_large", "code"),
    "code too large in bytes": (GOOD | {"code": "é" * (MIB // 2 + 1)}, 413, "payload_too_large", "code"),
    "code surrogate": (GOOD | {"code": "\udfff"}, 422, "validation_error", "code"),
    "ttl 0": (GOOD | {"ttl": 0}, 422, "validation_error", "ttl"),
    "ttl 901": (GOOD | {"ttl": 901}, 422, "validation_error", "ttl"),
    "ttl negative": (GOOD | {"ttl": -1}, 422, "validation_error", "ttl"),
    "ttl text": (GOOD | {"ttl": "x"}, 422, "validation_error", "ttl"),
    "ttl number in text": (GOOD | {"ttl": "5"}, 422, "validation_error", "ttl"),
    "ttl fraction": (GOOD | {"ttl": 1.5}, 422, "validation_error", "ttl"),
    "ttl true": (GOOD | {"ttl": True}, 422, "validation_error", "ttl"),
    "env list": (GOOD | {"env": ["A=1"]}, 422, "validation_error", "env"),
    "env number": (GOOD | {"env": {"A": 1}}, 422, "validation_error", "env.A"),
    "env null": (GOOD | {"env": {"A": None}}, 422, "validation_error", "env.A"),
    "env name": (GOOD | {"env": {"1A": "x"}}, 422, "validation_error", "env"),
    "env name with equals": (GOOD | {"env": {"A=B": "x"}}, 422, "validation_error", "env"),
    "env name empty": (GOOD | {"env": {"": "x"}}, 422, "validation_error", "env"),
    "env name newline": (GOOD | {"env": {"A\n": "x"}}, 422, "validation_error", "env"),
    "env NUL": (GOOD | {"env": {"A": "x\0y"}}, 422, "validation_error", "env.A"),
    "env 129": (GOOD | {"env": {f"A{n}": "" for n in range(129)}}, 422, "validation_error", "env"),
    "env 64 KiB": (GOOD | {"env": {"A": "x" * 65536}}, 422, "validation_error", "env"),
    "network unknown": (GOOD | {"network_mode": "open"}, 422, "validation_error", "network_mode"),
    "network alias unknown": (GOOD | {"network": "open"}, 422, "validation_error", "network"),
    "artifact text": (GOOD | {"return_artifact": "yes"}, 422, "validation_error", "return_artifact"),
    "wasm of a language without": (
        GOOD | {"return_wasm_artifact": True}, 422, "not_available", "return_wasm_artifact",
    ),
    "files object": (GOOD | {"input_files": {}}, 422, "validation_error", "input_files"),
    "files of text": (GOOD | {"input_files": ["x"]}, 422, "validation_error", "input_files.0"),
    "file null": (GOOD | {"input_files": [None]}, 422, "validation_error", "input_files.0"),
    "file of nulls": (
        GOOD | {"input_files": [{"content": None, "upload_id": None}]}, 422, "validation_error", "input_files.0",
    ),
    "11 files": (GOOD | {"input_files": [file(1, f"{n}") for n in range(11)]}, 422, "validation_error", "input_files"),  # noqa: E501
    "file without content": (
        GOOD | {"input_files": [{"filename": "x"}]}, 422, "validation_error", "input_files.0",
    ),
    "file with content and upload": (
        GOOD | {"input_files": [{"content": "eA==", "upload_id": NOBODYS}]}, 422, "validation_error", "input_files.0",
    ),
    "file of no upload": (
        GOOD | {"input_files": [{"upload_id": NOBODYS}]}, 422, "validation_error", "input_files.0.upload_id",
    ),
    "file of no id": (
        GOOD | {"input_files": [{"upload_id": "../x"}]}, 422, "validation_error", "input_files.0.upload_id",
    ),
    "file content number": (
        GOOD | {"input_files": [{"content": 5}]}, 422, "validation_error", "input_files.0.content",
    ),
    "file bad base64": (
        GOOD | {"input_files": [{"content": "a,b\n1,2\n"}]}, 400, "bad_request", "input_files.0.content",
    ),
    "file unpadded base64": (
        GOOD | {"input_files": [{"content_base64": "eA"}]}, 400, "bad_request", "input_files.0.content_base64",
    ),
    "file 5 MB + 1": (GOOD | {"input_files": [file(5 * MIB + 1)]}, 413, "payload_too_large", "input_files.0.content"),
    "files 10 MB + 1": (
        GOOD | {"input_files": [file(5 * MIB, "a"), file(5 * MIB, "b"), file(1, "c")]},
        413, "payload_too_large", "input_files",
    ),
    "file name ../x": (GOOD | {"input_files": [file(1, "../x")]}, 422, "validation_error", "input_files.0.filename"),
    "file name a/b": (GOOD | {"input_files": [file(1, "a/b")]}, 422, "validation_error", "input_files.0.filename"),
    "file name a\\b": (GOOD | {"input_files": [file(1, "a\\b")]}, 422, "validation_error", "input_files.0.filename"),
    "file name ..": (GOOD | {"input_files": [file(1, "..")]}, 422, "validation_error", "input_files.0.filename"),
    "file name .": (GOOD | {"input_files": [file(1, ".")]}, 422, "validation_error", "input_files.0.filename"),
    "file name empty": (GOOD | {"input_files": [file(1, "")]}, 422, "validation_error", "input_files.0.filename"),
    "file name 257": (GOOD | {"input_files": [file(1, "x" * 257)]}, 422, "validation_error", "input_files.0.filename"),  # noqa: E501
    "file name NUL": (GOOD | {"input_files": [file(1, "a\0b")]}, 422, "validation_error", "input_files.0.filename"),
    "file name newline": (
        GOOD | {"input_files": [file(1, "a\nb")]}, 422, "validation_error", "input_files.0.filename",
    ),
    "file name twice": (GOOD | {"input_files": [file(1), file(2)]}, 422, "validation_error", "input_files"),
    "file name equals an index": (
        GOOD | {"input_files": [file(1, "1"), file(1, None)]}, 422, "validation_error", "input_files",
    ),
    "stdin number": (GOOD | {"stdin": 1}, 422, "validation_error", "stdin"),
    "stdin too large": (GOOD | {"stdin": "x" * (MIB + 1)}, 413, "payload_too_large", "stdin"),
    "args text": (GOOD | {"args": "x"}, 422, "validation_error", "args"),
    "args null": (GOOD | {"args": [None]}, 422, "validation_error", "args.0"),
    "args number": (GOOD | {"args": [1]}, 422, "validation_error", "args.0"),
    "args 65": (GOOD | {"args": ["x"] * 65}, 422, "validation_error", "args"),
    "args 64 KiB + 1": (GOOD | {"args": ["x" * 65537]}, 422, "validation_error", "args"),
    "args NUL": (GOOD | {"args": ["a\0"]}, 422, "validation_error", "args.0"),
    "vcpu 0": (GOOD | {"vcpu": 0}, 422, "validation_error", "vcpu"),
    "vcpu 9": (GOOD | {"vcpu": 9}, 422, "validation_error", "vcpu"),
}  # fmt: skip


@pytest.mark.parametrize("path", ["/execute", "/execute/async"])
@pytest.mark.parametrize("case", BODIES)
def test_body(aws: Cloud, case: str, path: str) -> None:
    body, status, error, field = BODIES[case]
    answer = call("POST", path, json.dumps(body), aws.secret)
    assert (answer.status, answer.body["error"]) == (status, error), answer.body
    assert field in [detail["field"] for detail in answer.body["details"]], answer.body
    assert answer.body["message"].endswith((".", "?"))
    assert not re.search("[Tt]uple|[Dd]ict|instance", json.dumps(answer.body)), "words of Python, not of JSON"
    assert_nothing_created(aws)


RAW: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 400, "bad_request"),
    "not JSON": (b"print(1)", 400, "bad_request"),
    "half of JSON": (b'{"language": "python", ', 400, "bad_request"),
    "not UTF-8": (b'{"language": "python", "code": "\xff"}', 400, "bad_request"),
    "deep JSON": (b"[" * 100_000, 400, "bad_request"),
    "a long number": (b'{"ttl": ' + b"9" * 5000 + b"}", 400, "bad_request"),
}


@pytest.mark.parametrize("case", RAW)
def test_raw_body(aws: Cloud, case: str) -> None:
    body, status, error = RAW[case]
    answer = call("POST", "/execute", body, aws.secret)
    assert (answer.status, answer.body["error"]) == (status, error), answer.body
    assert_nothing_created(aws)


RUNS: dict[str, tuple[bytes, dict[str, list[str]], int, str]] = {
    "no shebang": (b"print(1)", {}, 422, "language_not_detected"),
    "unknown shebang": (b"#!/usr/bin/pythn\n", {}, 422, "language_not_detected"),
    "another shell's shebang": (b"#!/bin/zsh\n", {}, 422, "language_not_detected"),
    "shebang of env alone": (b"#!/usr/bin/env\n", {}, 422, "language_not_detected"),
    "empty": (b"", {}, 422, "validation_error"),
    "not UTF-8": (b"#!/bin/sh\n\xff", {}, 400, "bad_request"),
    "ttl 0": (b"#!/bin/sh\n", {"ttl": ["0"]}, 422, "validation_error"),
    "ttl text": (b"#!/bin/sh\n", {"ttl": ["x"]}, 422, "validation_error"),
    "ttl fraction": (b"#!/bin/sh\n", {"ttl": ["1.5"]}, 422, "validation_error"),
    "env not JSON": (b"#!/bin/sh\n", {"env": ["A=1"]}, 400, "bad_request"),
    "env of numbers": (b"#!/bin/sh\n", {"env": ['{"A": 1}']}, 422, "validation_error"),
    "network unknown": (b"#!/bin/sh\n", {"network_mode": ["open"]}, 422, "validation_error"),
    "artifact unknown": (b"#!/bin/sh\n", {"return_artifact": ["maybe"]}, 422, "validation_error"),
    "too large": (b"#!/bin/sh\n" + b"#" * MIB, {}, 413, "payload_too_large"),
}


@pytest.mark.parametrize("path", ["/run", "/run/async"])
@pytest.mark.parametrize("case", RUNS)
def test_run(aws: Cloud, case: str, path: str) -> None:
    body, query, status, error = RUNS[case]
    answer = call("POST", path, body, aws.secret, {"Content-Type": "text/plain"}, query)
    assert (answer.status, answer.body["error"]) == (status, error), answer.body
    assert_nothing_created(aws)


ROUTES: dict[str, tuple[str, str, int, str]] = {
    "unknown": ("GET", "/nope", 404, "not_found"),
    "below a route": ("POST", "/execute/async/more", 404, "not_found"),
    "GET execute": ("GET", "/execute", 405, "method_not_allowed"),
    "PUT jobs": ("PUT", "/jobs", 405, "method_not_allowed"),
    "POST job": ("POST", "/jobs/x", 405, "method_not_allowed"),
    "HEAD execute": ("HEAD", "/execute", 405, "method_not_allowed"),
    "TRACE health": ("TRACE", "/health", 405, "method_not_allowed"),
    "a line break after a route": ("GET", "/jobs\n", 404, "not_found"),
    "job of no form": ("GET", "/jobs/x", 404, "not_found"),
    "job of no one": ("GET", "/jobs/00000000-0000-4000-8000-000000000000", 404, "not_found"),
    "delete of no one": ("DELETE", "/jobs/00000000-0000-4000-8000-000000000000", 404, "not_found"),
}


@pytest.mark.parametrize("case", ROUTES)
def test_route(aws: Cloud, case: str) -> None:
    method, path, status, error = ROUTES[case]
    answer = call(method, path, None, aws.secret)
    assert (answer.status, answer.body["error"]) == (status, error), answer.body
    assert status != 405 or answer.headers["allow"]


@pytest.mark.parametrize(
    ("field", "value", "advice"),
    [
        ("ttl", "10", "a whole number: send it without quotes"),
        ("return_artifact", "true", "true or false: send it without quotes"),
        ("env", {"A": 1}, "a string: send it in double quotes"),
        ("code", None, "is required, and can't be null"),
    ],
)
def test_the_message_says_what_to_send(aws: Cloud, field: str, value: Any, advice: str) -> None:
    answer = call("POST", "/execute", json.dumps(GOOD | {field: value}), aws.secret)
    assert advice in answer.body["message"]


def test_content_type(aws: Cloud) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml"):
        answer = call("POST", "/execute", json.dumps(GOOD), aws.secret, {"Content-Type": kind})
        assert (answer.status, answer.body["error"]) == (415, "unsupported_media_type")
    assert_nothing_created(aws)


@pytest.mark.parametrize("kind", ["APPLICATION/JSON", "Application/Json; charset=UTF-8"])
def test_media_types_have_no_case(aws: Cloud, kind: str) -> None:
    answer = call("POST", "/execute", json.dumps(GOOD | {"ttl": 0}), aws.secret, {"Content-Type": kind})
    assert (answer.status, answer.body["error"]) == (422, "validation_error")
    assert_nothing_created(aws)


def assert_nothing_created(aws: Cloud) -> None:
    assert aws.items() == 0
    assert aws.messages("python-zerotrust") == 0
    assert aws.messages("bash-zerotrust") == 0
    assert aws.messages("launch") == 0
    assert aws.objects() == []


def test_the_right_body_is_accepted(aws: Cloud) -> None:
    """The counts above can change: last, for it changes them."""
    answer = call("POST", "/execute/async", json.dumps(GOOD), aws.secret)
    assert answer.status == 200
    assert (aws.items(), aws.messages("python-zerotrust")) == (1, 1)
