"""Files: whole or not there at all."""

from __future__ import annotations

import pytest

from functions.core.errors import StorageError
from tests.contract.backends import Backend


def test_a_file_is_what_was_put_last(storage: Backend) -> None:
    for content in (b"first", b"", b"\x00\xff" * 100_000):
        storage.files.put("payloads/a", content)
        assert storage.files.get("payloads/a") == content
    storage.files.put("results/job/0", b"artifact")
    assert sorted(storage.objects()) == ["payloads/a", "results/job/0"]


def test_a_deleted_file_is_gone_and_none_is_no_error(storage: Backend) -> None:
    storage.files.put("payloads/a", b"x")
    for _ in range(2):
        storage.files.delete("payloads/a")
    assert storage.objects() == []
    with pytest.raises(StorageError):
        storage.files.get("payloads/a")


def test_at_most(storage: Backend) -> None:
    storage.files.put("uploads/unsb-pk-a/b", b"12345")
    assert storage.files.get_at_most("uploads/unsb-pk-a/b", 5) == b"12345"
    assert storage.files.get_at_most("uploads/unsb-pk-a/c", 5) is None
    with pytest.raises(OverflowError):
        storage.files.get_at_most("uploads/unsb-pk-a/b", 4)


def test_links_name_their_file_and_are_signed(storage: Backend) -> None:
    url = storage.files.url("results/job/0")
    assert "/results/job/0?" in url
    assert "ignature=" in url
    url, fields = storage.files.form("uploads/a/b", 100, 900)
    assert url.startswith("http")
    assert fields["key"] == "uploads/a/b"
    assert len(fields) > 2
