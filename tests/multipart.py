"""multipart/form-data as browsers and curl send it, with the standard library."""

from __future__ import annotations

import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping


def post_form(url: str, fields: Mapping[str, str], content: bytes) -> int:
    """POST a form with a `file` after its other fields; return the HTTP status."""
    boundary = secrets.token_hex(16)
    parts = [_part(boundary, f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts.append(_part(boundary, 'name="file"; filename="file"', content))
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    request = urllib.request.Request(  # noqa: S310  # the service's own answer
        url, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        return error.code


def _part(boundary: str, disposition: str, content: bytes) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + content + b"\r\n"
