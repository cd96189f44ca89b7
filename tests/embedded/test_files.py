"""The folder of files: keys that lead nowhere else, links that can't be made by others, files that end."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.core.errors import StorageError
from functions.embedded.files import FolderFileStore

DAY = 86_400


@pytest.fixture(params=[False, True], ids=["usual", "durable"])
def files(tmp_path: Path, request: pytest.FixtureRequest) -> FolderFileStore:
    return FolderFileStore(tmp_path / "files", lambda: "http://host:1", b"secret", durable=request.param)


@pytest.mark.parametrize(
    "key",
    [
        "", "payloads", "payloads/", "other/a", "/payloads/a", "payloads/../a", "payloads/..", "payloads/.",
        "payloads//a", "payloads/.hidden", "payloads/a/../../../b", "../payloads/a", "payloads/a\n",
        "payloads/a\0b", "payloads/ä", "payloads/a\\b", "payloads/a b", "payloads/" + "a" * 200,
        "payloads" + "/a" * 5,
    ],
)  # fmt: skip
def test_no_key_leads_out_of_the_folder(files: FolderFileStore, tmp_path: Path, key: str) -> None:
    for refused in (
        lambda: files.put(key, b"x"),
        lambda: files.get(key),
        lambda: files.get_at_most(key, 1),
        lambda: files.delete(key),
    ):
        with pytest.raises(StorageError, match="is no key"):
            refused()  # type: ignore[no-untyped-call]
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_what_was_there(files: FolderFileStore, tmp_path: Path) -> None:
    files.put("uploads/a/b", b"old")
    with pytest.raises(LookupError), files.writer("uploads/a/b") as file:
        file.write(b"half")
        assert files.get("uploads/a/b") == b"old"
        raise LookupError
    assert files.get("uploads/a/b") == b"old"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["b"]


def test_what_is_older_goes_with_its_folder(files: FolderFileStore, tmp_path: Path) -> None:
    for key in ("results/old/0", "results/mixed/0", "results/mixed/1", "payloads/new"):
        files.put(key, b"x")
    unfinished = tmp_path / "files/uploads/a/.1234"
    unfinished.parent.mkdir(parents=True)
    unfinished.write_bytes(b"left by a process that was killed")
    past = time.time() - DAY - 10
    for path in (tmp_path / "files/results/old/0", tmp_path / "files/results/mixed/0", unfinished):
        os.utime(path, (past, past))
    assert files.delete_older(DAY) == 3
    assert files.delete_older(DAY) == 0
    assert (tmp_path / "files/results/old").is_dir(), "someone may be about to write there"
    for folder in (tmp_path / "files").rglob("*"):
        if folder.is_dir():
            os.utime(folder, (past, past))
    files.delete_older(DAY)
    left = sorted(str(path.relative_to(tmp_path / "files")) for path in (tmp_path / "files").rglob("*"))
    assert left == ["payloads", "payloads/new", "results", "results/mixed", "results/mixed/1", "uploads"]


def test_a_folder_that_goes_hinders_no_write(files: FolderFileStore, tmp_path: Path) -> None:
    over = threading.Event()

    def remove_folders() -> None:
        while not over.is_set():
            for folder in ("files/results/0", "files/results"):
                with suppress(FileNotFoundError):
                    os.utime(tmp_path / folder, (1, 1))
            files.delete_older(DAY)

    with ThreadPoolExecutor(1) as pool:
        removing = pool.submit(remove_folders)
        try:
            for _ in range(200):
                files.put("results/0/0", b"x")
                files.delete("results/0/0")
        finally:
            over.set()
        removing.result(10)


def link(files: FolderFileStore, key: str) -> tuple[str, str]:
    query = parse_qs(urlsplit(files.url(key)).query)
    return query["expires"][0], query["signature"][0]


def test_a_url_reads_its_file_for_an_hour(files: FolderFileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert files.url("results/a/0").startswith("http://host:1/files/results/a/0?expires=")
    expires, signature = link(files, "results/a/0")
    assert files.check_url("results/a/0", expires, signature)
    assert not files.check_url("results/a/1", expires, signature)
    assert not files.check_url("results/a/0", str(int(expires) + 1), signature)
    for forged in ("", "é", "\ud800", signature[:-1], signature.upper()):
        assert not files.check_url("results/a/0", expires, forged)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    assert not files.check_url("results/a/0", expires, signature)


@pytest.mark.parametrize("expires", ["", "x", "-1", "٣", "1e99", "9" * 400])
def test_a_time_that_is_none_is_refused(files: FolderFileStore, expires: str) -> None:
    genuine = files._signature("GET", "results/a/0", expires)
    assert not files.check_url("results/a/0", expires, genuine)


def test_a_form_takes_what_it_says(files: FolderFileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    url, fields = files.form("uploads/a/b", 100, 900)
    assert url == "http://host:1/files"
    assert fields.keys() == {"key", "expires", "size", "signature"}
    assert files.check_form({**fields, "more": "x"}) == ("uploads/a/b", 100)
    for name, value in (
        ("key", "uploads/a/c"),
        ("size", "1000"),
        ("expires", "99999999999"),
        ("signature", "0" * 64),
    ):
        assert files.check_form({**fields, name: value}) is None
        assert files.check_form({other: text for other, text in fields.items() if other != name}) is None
    assert files.check_form({}) is None
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 901)
    assert files.check_form(fields) is None


def test_a_signature_serves_one_method_and_one_secret(files: FolderFileStore, tmp_path: Path) -> None:
    expires, signature = link(files, "uploads/a/b")
    assert files.check_form({"key": "uploads/a/b", "expires": expires, "size": "", "signature": signature}) is None
    assert not FolderFileStore(tmp_path, "", b"other").check_url("uploads/a/b", expires, signature)


def test_a_size_cannot_be_moved_into_the_time(files: FolderFileStore) -> None:
    _, fields = files.form("uploads/a/b", 100, 900)
    shifted = {**fields, "key": f"{fields['key']}\n{fields['expires']}", "expires": "100", "size": ""}
    assert files.check_form(shifted) is None
    assert files.check_form({**fields, "expires": f"{fields['expires']}\n100", "size": ""}) is None
