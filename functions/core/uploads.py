"""Uploads: input files that come by S3 instead of in a request, each for one job."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from functions.core import limits
from functions.core.errors import InvalidFieldError, TooLargeError
from functions.core.files import FileStore
from functions.core.job import Submission

FORM_SECONDS: Final = 900  # to begin the upload; what was uploaded can be used until the bucket's lifecycle ends it


@dataclass(frozen=True, slots=True)
class Upload:
    """A form that takes one file: POST its `fields`, then the file as `file`, to `url` as multipart/form-data."""

    upload_id: str
    url: str
    fields: dict[str, str]


class Uploads:
    """The files of each customer lie below a prefix of his own, so nobody can name another's."""

    def __init__(self, files: FileStore) -> None:
        self._files = files

    def offer(self, owner: str) -> Upload:
        """Return a form for one new file of this customer, of at most `limits.INPUT_FILE_BYTES`."""
        upload_id = str(uuid.uuid4())
        url, fields = self._files.form(_key(owner, upload_id), limits.INPUT_FILE_BYTES, FORM_SECONDS)
        return Upload(upload_id, url, fields)

    def fill_in(self, owner: str, submission: Submission) -> Submission:
        """Return the submission with each upload's content in place of its id.

        Sizes are looked at again: the form's limit is S3's to enforce, and all files together have one as well.
        Raises InvalidFieldError when there is no such upload, TooLargeError.
        """
        left = limits.INPUT_FILES_BYTES - sum(len(file.content or b"") for file in submission.input_files)
        files = []
        for index, file in enumerate(submission.input_files):
            if file.upload_id is not None:
                content = self._read(owner, str(file.upload_id), f"input_files.{index}.upload_id", left)
                left -= len(content)
                file = file.filled(content)  # noqa: PLW2901
            files.append(file)
        return submission.model_copy(update={"input_files": tuple(files)})

    def forget(self, owner: str, submission: Submission) -> None:
        """Delete the uploads of a submission: its job has them now, and deletes its own when it ends."""
        for upload_id in submission.upload_ids():
            self._files.delete(_key(owner, upload_id))

    def _read(self, owner: str, upload_id: str, field: str, left: int) -> bytes:
        limit = min(left, limits.INPUT_FILE_BYTES)
        try:
            content = self._files.get_at_most(_key(owner, upload_id), limit)
        except OverflowError:
            message = (
                f"{field}: the uploaded file is too large; a file may have {limits.INPUT_FILE_BYTES} bytes, all "
                f"together {limits.INPUT_FILES_BYTES}, also through POST /uploads."
            )
            raise TooLargeError(message) from None
        if content is None:
            message = "There is no such upload: send the file to the form of POST /uploads first; one serves one job."
            raise InvalidFieldError(field, message)
        return content


def _key(owner: str, upload_id: str) -> str:
    return f"uploads/{owner}/{upload_id}"
