"""FolderFileStore: a folder for what is too big for a row, and the signed links by which customers reach it."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from functions.core.errors import StorageError
from functions.embedded.errors import of_system

URL_SECONDS: Final = 3600

_PART: Final = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}"  # not hidden, and neither "." nor ".."
_KEY: Final = re.compile(rf"(payloads|results|uploads)(/{_PART}){{1,4}}", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,15}", re.ASCII)


class FolderFileStore:
    """Core's FileStore. A file is written under another name and renamed, so it is whole or not there at all.

    Links are signed for one method and key, and end; a forged one, and a key that leads out of the folder, are
    refused. `base_url`: of the service that answers them, or what says it once that is known.
    """

    def __init__(
        self, folder: Path, base_url: Callable[[], str] | str, secret: bytes, *, durable: bool = False
    ) -> None:
        self._folder = folder
        self._base_url = base_url
        self._secret = secret
        self._durable = durable
        self._folders = threading.Lock()  # none is removed where a file is being made

    def put(self, key: str, content: bytes) -> None:
        """Write a file, replacing any of that key. Raises StorageError."""
        with self.writer(key) as file:
            file.write(content)

    @contextmanager
    def writer(self, key: str) -> Iterator[BinaryIO]:
        """Give a file to write to, which becomes the key's when the block ends well. Raises StorageError.

        So does an OSError of the block.
        """
        path = self._path(key)
        unfinished = path.with_name(f".{uuid.uuid4().hex}")
        try:
            with self._create(unfinished) as file:
                yield file
                file.flush()
                if self._durable:
                    os.fsync(file.fileno())
            unfinished.rename(path)
            if self._durable:
                _sync_folder(path.parent)
        except OSError as error:
            raise of_system(error) from error
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def get(self, key: str) -> bytes:
        """Return a file's bytes. Raises StorageError where there is none."""
        try:
            return self._path(key).read_bytes()
        except OSError as error:
            raise of_system(error) from error

    def get_at_most(self, key: str, size: int) -> bytes | None:
        """Return a file's bytes, or None when there is none. Raises OverflowError for one of more than `size`."""
        try:
            with self._path(key).open("rb") as file:
                if os.fstat(file.fileno()).st_size > size:
                    raise OverflowError
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise of_system(error) from error

    def delete(self, key: str) -> None:
        """Remove a file; none of that key is no error."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise of_system(error) from error

    def delete_older(self, seconds: float) -> int:
        """Remove the files that were written longer ago than this, also half-written ones; return how many.

        Whoever has records of files removes those first, so that no record names a file that is gone.
        """
        before, removed = time.time() - seconds, 0
        for parent, _, names in os.walk(self._folder, topdown=False):
            for name in names:
                path = Path(parent, name)
                with suppress(FileNotFoundError):  # deleted meanwhile
                    if path.stat().st_mtime < before:
                        path.unlink()
                        removed += 1
            with self._folders, suppress(OSError):  # it isn't empty
                if Path(parent) != self._folder and Path(parent).stat().st_mtime < before:
                    Path(parent).rmdir()
        return removed

    def keep_only(self, folder: str, keys: Collection[str]) -> None:
        """Remove all files right below payloads, results or uploads but these: what a killed process has left."""
        for path in (self._folder / folder).glob("*"):
            if path.is_file() and f"{folder}/{path.name}" not in keys:
                path.unlink(missing_ok=True)

    def url(self, key: str) -> str:
        """Return a URL that reads the file, for an hour, without a key."""
        expires = str(int(time.time()) + URL_SECONDS)
        return f"{self._files_url()}/{key}?expires={expires}&signature={self._signature('GET', key, expires)}"

    def check_url(self, key: str, expires: str, signature: str) -> bool:
        """Whether these are a URL's that `url` made, and its hour isn't over."""
        return self._genuine(signature, expires, "GET", key, expires)

    def form(self, key: str, size: int, seconds: int) -> tuple[str, dict[str, str]]:
        """Return the URL and the fields of a form that, for so long, uploads a file of at most `size` bytes."""
        fields = {"key": key, "expires": str(int(time.time()) + seconds), "size": str(size)}
        return self._files_url(), {**fields, "signature": self._signature("POST", *fields.values())}

    def check_form(self, fields: Mapping[str, str]) -> tuple[str, int] | None:
        """Return the key and the most bytes of a form that `form` made; None for another, or after its time."""
        key, expires, size = (fields.get(name, "") for name in ("key", "expires", "size"))
        if not self._genuine(fields.get("signature", ""), expires, "POST", key, expires, size):
            return None
        return key, int(size)

    def _create(self, path: Path) -> BinaryIO:
        """Make a file, and the folders on its way."""
        with self._folders:
            new = not path.parent.is_dir()
            path.parent.mkdir(0o700, parents=True, exist_ok=True)
            file = path.open("xb")
        for above in path.parent.parents if new and self._durable else ():
            _sync_folder(above)
            if above == self._folder.parent:
                break
        return file

    def _files_url(self) -> str:
        return (self._base_url if isinstance(self._base_url, str) else self._base_url()) + "/files"

    def _genuine(self, signature: str, expires: str, *signed: str) -> bool:
        expected = self._signature(*signed)
        same = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
        return same and bool(_NUMBER.fullmatch(expires)) and int(expires) > time.time()

    def _signature(self, *signed: str) -> str:
        text = "\n".join(signed).encode("utf-8", "replace")
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            message = f"{key[:200]!r} is no key of a file"
            raise StorageError(message)
        return self._folder / key


def _sync_folder(folder: Path) -> None:
    """Have a rename outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
