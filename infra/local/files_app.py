"""/files: what S3's signed URLs and forms are in the cloud. The signature, not a key, says what is allowed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from functions.api import errors
from functions.api.asgi import Receive, Scope, Send
from functions.core.errors import StorageError
from functions.embedded.files import FolderFileStore
from infra.local.upload_form import RefusedError, UploadForm

PREFIX: Final = "/files"

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class FilesApp:
    """Serves /files, and hands all else on."""

    def __init__(self, files: FolderFileStore, api: Application) -> None:
        self._files = files
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path == PREFIX or path.startswith(f"{PREFIX}/")):
            await self._api(scope, receive, send)
            return
        try:
            if path == PREFIX and scope["method"] == "POST":
                await self._upload(scope, receive)
                await _answer(send, 204, {}, b"")
            elif scope["method"] in ("GET", "HEAD"):
                await self._download(scope, send, path.removeprefix(f"{PREFIX}/"))
            else:
                message = "GET a file by its link; POST a form of POST /uploads to /files."
                raise RefusedError(405, "method_not_allowed", message)
        except RefusedError as refused:
            await _refuse(send, refused)
        except StorageError:
            message = "The service can't take this right now; try again in a few seconds."
            await _refuse(send, RefusedError(503, "service_unavailable", message))

    async def _download(self, scope: Scope, send: Send, key: str) -> None:
        query = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
        if not self._files.check_url(key, query.get("expires", ""), query.get("signature", "")):
            message = "The link isn't one of this service, or its time is over; ask for the job again."
            raise RefusedError(403, "forbidden", message)
        try:
            content = self._files.get(key)
        except StorageError:
            message = "The file is gone: files are kept for 24 hours."
            raise RefusedError(404, "not_found", message) from None
        await _answer(send, 200, {"Content-Type": "application/octet-stream"}, content)

    async def _upload(self, scope: Scope, receive: Receive) -> None:
        headers = dict(scope["headers"])
        form = UploadForm(self._files, headers.get(b"content-type", b"").decode("latin-1"))
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise RefusedError(400, "bad_request", "The upload was broken off.")
                form.feed(message.get("body", b""))
                if not message.get("more_body", False):
                    form.finish()
                    return
        except BaseException:
            form.drop()
            raise


async def _refuse(send: Send, refused: RefusedError) -> None:
    body = errors.encode({"error": refused.code, "message": str(refused)}).encode()
    headers = {"Content-Type": "application/json", "Connection": "close"}  # the rest of a body isn't read
    if refused.status == 503:
        headers["Retry-After"] = "5"
    await _answer(send, refused.status, headers, body)


async def _answer(send: Send, status: int, headers: Mapping[str, str], body: bytes) -> None:
    sent: list[Any] = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    sent.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body})
