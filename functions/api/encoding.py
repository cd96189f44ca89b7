"""Content-Encoding: bodies that come compressed, decompressed within the limit that any body has."""

from __future__ import annotations

import base64
import threading
import zlib
from contextlib import ExitStack
from typing import Any, Final

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from functions.api.errors import BadRequestError, UnsupportedMediaTypeError
from functions.api.idempotency import body_bytes
from functions.core.errors import TooLargeError
from functions.core.limits import BODY_BYTES

HEADER: Final = "content-encoding"
SUPPORTED: Final = "gzip, deflate"
GZIP, ZLIB, RAW = 31, 15, -15  # what zlib calls them
FEED_BYTES: Final = 16 * 1024  # decompressed at once
MEMBERS: Final = 100  # of a gzip file
LARGE_BYTES: Final = 1024 * 1024
LARGE_AT_ONCE: Final = 4
TOO_LARGE: Final = (
    f"The request is larger than {BODY_BYTES} bytes once it is decompressed; "
    "send large input files through POST /uploads."
)

_room = threading.BoundedSemaphore(LARGE_AT_ONCE)


def is_encoded(event: BaseProxyEvent) -> bool:
    """Whether a request's body comes compressed."""
    return bool(event.body) and event.headers.get(HEADER, "").strip().lower() not in ("", "identity")


def decoded(event: BaseProxyEvent, held: ExitStack) -> dict[str, Any]:
    """Return the event as if its body had come as it is.

    Few bodies are large at once, however small they came: until `held` ends, this one counts.
    Raises UnsupportedMediaTypeError, BadRequestError, TooLargeError.
    """
    with ExitStack() as room:
        room.enter_context(_room)
        body = _decode(event.headers[HEADER].strip().lower(), body_bytes(event))
        if len(body) > LARGE_BYTES:
            held.push(room.pop_all())
    headers = {name: value for name, value in event.raw_event["headers"].items() if name.lower() != HEADER}
    return {**event.raw_event, "headers": headers, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _decode(name: str, sent: bytes) -> bytes:
    if name in ("gzip", "x-gzip"):
        return _decompressed(sent, GZIP)
    if name == "deflate":
        return _decompressed(sent, ZLIB if _is_zlib(sent) else RAW)
    message = f"A body may come as it is, or with Content-Encoding gzip or deflate; not {name[:64]!r}."
    raise UnsupportedMediaTypeError(message, {"Accept-Encoding": SUPPORTED})


def _decompressed(sent: bytes, form: int) -> bytes:
    """Return what compressed bytes hold, each looked at once. Raises BadRequestError, TooLargeError.

    A gzip file may have several members.
    """
    machine, body, members = zlib.decompressobj(form), bytearray(), 1
    try:
        for start in range(0, len(sent), FEED_BYTES):
            data = sent[start : start + FEED_BYTES]
            while data:
                if machine.eof:
                    members += 1
                    if form != GZIP or members > MEMBERS:
                        raise _unreadable()
                    machine = zlib.decompressobj(form)
                body += machine.decompress(data, BODY_BYTES + 1 - len(body))
                if len(body) > BODY_BYTES:
                    raise TooLargeError(TOO_LARGE)
                data = machine.unused_data or machine.unconsumed_tail
    except zlib.error as error:
        raise _unreadable() from error
    if not machine.eof:
        raise _unreadable()
    return bytes(body)


def _is_zlib(sent: bytes) -> bool:
    """Whether bytes begin as RFC 9110 has deflate; some clients send it without that head."""
    return len(sent) > 1 and sent[0] & 0x0F == zlib.DEFLATED and int.from_bytes(sent[:2]) % 31 == 0


def _unreadable() -> BadRequestError:
    return BadRequestError("The body isn't what its Content-Encoding says: it can't be decompressed.")
