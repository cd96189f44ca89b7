"""GET / and GET /docs: the playground and the API's document for people; GET /static: the files that they load."""

from __future__ import annotations

import base64
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api import static
from functions.api.openapi.routes import PUBLIC
from functions.api.static import File
from functions.core.errors import NotFoundError

router = Router()

PAGE: Final[dict[int, Any]] = {
    200: {"description": "a page", "content": {"text/html": {"schema": {"type": "string"}}}},
    304: {"description": "the page that If-None-Match names is the current one"},
}
REVALIDATED: Final = "no-cache"
KEPT: Final = "public, max-age=31536000, immutable"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",  # the pictures that programs make; icons in Swagger UI's style sheet
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY: Final = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",  # browsers heed it over TLS alone
    "X-Content-Type-Options": "nosniff",
}


@router.get("/", security=PUBLIC, responses=PAGE)
def playground() -> Response[str]:
    """Show the playground: a page to write and run programs."""
    return _answer(static.page("playground"), REVALIDATED)


@router.get("/docs", security=PUBLIC, responses=PAGE)
def docs() -> Response[str]:
    """Show this document, to read and to try."""
    return _answer(static.page("docs"), REVALIDATED)


@router.get("/static/<version>/<name>", security=PUBLIC, include_in_schema=False)
def static_file(version: str, name: str) -> Response[str]:
    """Return a file of the pages; one that was asked for by an older version's name isn't to be kept under it."""
    file = static.files().get(name)
    if file is None:
        message = "The pages have no such file."
        raise NotFoundError(message)
    return _answer(file, KEPT if version == static.version() else REVALIDATED)


def _answer(file: File, cache_control: str) -> Response[str]:
    headers = router.current_event.headers
    zipped = "gzip" in headers.get("accept-encoding", "")
    tag = f'"{file.tag}{"-gzip" if zipped else ""}"'
    sent: dict[str, str | list[str]] = {
        **SECURITY,
        "Cache-Control": cache_control,
        "ETag": tag,
        "Vary": "Accept-Encoding",
    }
    if tag in headers.get("if-none-match", ""):
        return Response(304, file.media_type, "", headers=sent)
    if zipped:
        sent["Content-Encoding"] = "gzip"
    content = base64.b64encode(file.gzipped if zipped else file.content).decode()
    response = Response(200, file.media_type, content, headers=sent)
    response.base64_encoded = True  # bytes as the body would be taken for JSON's
    return response
