"""/files: links and forms do what their signatures allow, and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from functions.embedded.files import FolderFileStore
from infra.local.files_app import FilesApp

KEY = "uploads/unsb-pk-a/1"
BOUNDARY = "b0undary"


@pytest.fixture
def files(tmp_path: Path) -> FolderFileStore:
    return FolderFileStore(tmp_path / "files", "http://here", b"secret")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


async def api(_scope: Any, _receive: Any, send: Any) -> None:
    """What is behind /files."""
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"the API"})


def ask(
    files: FolderFileStore, method: str, target: str, parts: Iterable[bytes] = (), content_type: str = ""
) -> Answer:
    url = urlsplit(target)
    messages: list[MutableMapping[str, Any]] = [
        {"type": "http.request", "body": part, "more_body": True} for part in parts
    ]
    messages.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": method,
        "path": url.path,
        "query_string": url.query.encode(),
        "headers": [(b"content-type", content_type.encode())],
    }

    async def receive() -> MutableMapping[str, Any]:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(FilesApp(files, api)(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, b"".join(each["body"] for each in sent[1:]))


def part(name: str, content: bytes, more: str = "") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def post(
    files: FolderFileStore, fields: dict[str, str], content: bytes | None, size: int = 1 << 16, end: str = "--"
) -> Answer:
    body = b"".join(part(name, value.encode()) for name, value in fields.items())
    if content is not None:
        body += part("file", content, '; filename="x"')
    body += f"--{BOUNDARY}{end}\r\n".encode()
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return ask(files, "POST", "/files", pieces, f"multipart/form-data; boundary={BOUNDARY}")


def left(files: FolderFileStore) -> list[str]:
    """Return the names of all files that there are, hidden ones included."""
    return [path.name for path in files._folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_a_form_takes_its_file_however_it_is_cut(files: FolderFileStore, size: int) -> None:
    _, fields = files.form(KEY, 3000, 60)
    content = bytes(range(256)) * 10 + b"\r\n--b0undar"
    assert post(files, fields, content, size).status == 204
    assert files.get(KEY) == content


def test_a_file_may_have_just_its_size(files: FolderFileStore) -> None:
    _, fields = files.form(KEY, 10, 60)
    assert post(files, fields, b"x" * 10).status == 204
    refused = post(files, fields, b"x" * 11)
    assert (refused.status, json.loads(refused.body)["error"]) == (413, "payload_too_large")
    assert files.get(KEY) == b"x" * 10


@pytest.mark.parametrize("field", ["key", "size", "expires", "signature"])
def test_a_form_that_was_changed_is_refused(files: FolderFileStore, field: str) -> None:
    _, fields = files.form(KEY, 10, 60)
    changed = {**fields, field: {"key": "uploads/unsb-pk-b/1"}.get(field, fields[field] + "0")}
    assert post(files, changed, b"x").status == 403
    del changed[field]
    assert post(files, changed, b"x").status == 403
    assert left(files) == []


def test_a_form_ends(files: FolderFileStore) -> None:
    _, fields = files.form(KEY, 10, -1)
    assert post(files, fields, b"x").status == 403


def test_fields_after_the_file_count_for_nothing(files: FolderFileStore) -> None:
    _, fields = files.form(KEY, 10, 60)
    body = part("file", b"x", '; filename="x"') + b"".join(part(name, v.encode()) for name, v in fields.items())
    body += f"--{BOUNDARY}--\r\n".encode()
    answer = ask(files, "POST", "/files", [body], f"multipart/form-data; boundary={BOUNDARY}")
    assert answer.status == 403


@pytest.mark.parametrize("content", [None, b"x"])
def test_a_form_that_is_broken_off_leaves_nothing(files: FolderFileStore, content: bytes | None) -> None:
    _, fields = files.form(KEY, 10, 60)
    body = b"".join(part(name, value.encode()) for name, value in fields.items())
    if content:
        body += part("file", content, '; filename="x"')[:-2]  # no end of the part
    answer = ask(files, "POST", "/files", [body], f"multipart/form-data; boundary={BOUNDARY}")
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "bad_request")
    assert left(files) == []


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("", 415), ("text/plain", 415), ("multipart/form-data", 415), ("multipart/form-data; boundary=other", 400)],
)
def test_what_is_no_form_is_refused(files: FolderFileStore, content_type: str, status: int) -> None:
    assert ask(files, "POST", "/files", [part("file", b"x")], content_type).status == status


def test_endless_fields_are_refused(files: FolderFileStore) -> None:
    assert post(files, {"key": "x" * 100_000}, b"x").status == 413
    assert post(files, {f"field-{number}": "x" * 100 for number in range(1000)}, b"x").status == 413


def test_a_link_reads_its_file_and_no_other(files: FolderFileStore) -> None:
    files.put("results/1/0", b"content")
    files.put("results/1/1", b"other")
    link = files.url("results/1/0")
    answer = ask(files, "GET", link)
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"content", "7")
    assert ask(files, "GET", link.replace("/1/0", "/1/1")).status == 403
    assert ask(files, "GET", link.replace("expires=", "expires=1")).status == 403
    assert ask(files, "GET", "/files/results/1/0").status == 403
    assert ask(files, "GET", "/files/../jobs.sqlite3").status == 403
    assert ask(files, "DELETE", link).status == 405
    files.delete("results/1/0")
    assert ask(files, "GET", link).status == 404


def test_all_else_is_the_apis(files: FolderFileStore) -> None:
    assert ask(files, "GET", "/filesystem").status == 299
    assert ask(files, "GET", "/jobs").body == b"the API"
