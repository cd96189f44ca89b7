"""UploadForm: reads a multipart/form-data upload as it comes, its file straight into a file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from functions.embedded.files import FolderFileStore

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FIELD_BYTES: Final = 4096  # of all fields beside the file
FILE: Final = "file"


class RefusedError(Exception):
    """An upload that isn't taken: the status, the error code, and a sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class UploadForm:
    """One form: its fields, then its file, as POST /uploads says. Nothing is kept of one that doesn't end well."""

    def __init__(self, files: FolderFileStore, content_type: str) -> None:
        """Raises RefusedError for what isn't a form."""
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or b"boundary" not in options:
            message = "Send the upload as multipart/form-data, as the form of POST /uploads says."
            raise RefusedError(415, "unsupported_media_type", message)
        self._files = files
        self._fields: dict[str, str] = {}
        self._stack = ExitStack()
        self._file: BinaryIO | None = None
        self._left = 0
        self._whole = False
        self._header = [b"", b""]
        self._name = ""
        self._value = b""
        self._parser = MultipartParser(options[b"boundary"], self._callbacks())

    def _callbacks(self) -> MultipartCallbacks:
        def to_header(part: int) -> Callable[[bytes, int, int], None]:
            def add(data: bytes, start: int, end: int) -> None:
                self._header[part] += data[start:end]

            return add

        return {
            "on_header_field": to_header(0),
            "on_header_value": to_header(1),
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_part,
            "on_part_data": self._take,
            "on_part_end": self._end_part,
        }

    def feed(self, data: bytes) -> None:
        """Read some more. Raises RefusedError, StorageError."""
        try:
            self._parser.write(data)
        except FormParserError as error:
            message = f"The form can't be read: {error}."
            raise RefusedError(400, "bad_request", message) from error

    def finish(self) -> None:
        """Keep the file, once all has been read. Raises RefusedError, StorageError."""
        if not self._whole:
            message = f"The form has no whole file; send its fields, then the file as '{FILE}'."
            raise RefusedError(400, "bad_request", message)
        self._stack.close()

    def drop(self) -> None:
        """Keep nothing."""
        self._stack.__exit__(RefusedError, RefusedError(400, "", ""), None)

    def _end_header(self) -> None:
        name, value = self._header
        self._header = [b"", b""]
        if name.lower() == b"content-disposition":
            _, options = parse_options_header(value)
            self._name = options.get(b"name", b"").decode("utf-8", "replace")

    def _begin_part(self) -> None:
        self._value = b""
        if self._name != FILE or self._whole:
            return
        genuine = self._files.check_form(self._fields)
        if genuine is None:
            message = "The form isn't one of this service, or its time is over; get one with POST /uploads."
            raise RefusedError(403, "forbidden", message)
        key, self._left = genuine
        self._file = self._stack.enter_context(self._files.writer(key))

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._file:
            self._left -= end - start
            if self._left < 0:
                message = "The file is larger than the form allows."
                raise RefusedError(413, "payload_too_large", message)
            self._file.write(data[start:end])
        elif not self._whole:
            self._value += data[start:end]
            if len(self._value) + sum(map(len, self._fields.values())) > FIELD_BYTES:
                message = "The form's fields are larger than those of POST /uploads."
                raise RefusedError(413, "payload_too_large", message)

    def _end_part(self) -> None:
        if self._file:
            self._file, self._whole = None, True
        else:
            self._fields[self._name] = self._value.decode("utf-8", "replace")
