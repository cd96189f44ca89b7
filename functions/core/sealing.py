"""Seal: keeps a customer's secret unreadable at rest, under the master secret. The standard library alone does it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Final

NONCE_BYTES: Final = 16
TAG_BYTES: Final = 32


class SealError(Exception):
    """What isn't a seal of this master secret for this purpose."""


class Seal:
    """Encrypts short texts, and shows any change: HMAC-SHA256 in counter mode, then an HMAC over all of it.

    Whoever has the records but not the master secret learns the texts' lengths and nothing else.
    """

    def __init__(self, master: bytes) -> None:
        self._encrypt = _derived(master, b"seal: encrypt")
        self._authenticate = _derived(master, b"seal: authenticate")

    def seal(self, text: str, purpose: str) -> str:
        """Return a text sealed, as base64; `purpose` has to be the same when it is opened."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self._mixed(nonce, text.encode())
        return base64.b64encode(sealed + self._tag(sealed, purpose)).decode()

    def open(self, sealed: str, purpose: str) -> str:
        """Return the text that was sealed. Raises SealError."""
        try:
            content = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            raise SealError from None
        body, tag = content[:-TAG_BYTES], content[-TAG_BYTES:]
        if len(body) < NONCE_BYTES or not hmac.compare_digest(self._tag(body, purpose), tag):
            raise SealError
        return self._mixed(body[:NONCE_BYTES], body[NONCE_BYTES:]).decode()

    def _mixed(self, nonce: bytes, content: bytes) -> bytes:
        """Return content combined with the key stream of a nonce: done twice, it is as it was."""
        blocks = range(0, len(content), hashlib.sha256().digest_size)
        stream = b"".join(_derived(self._encrypt, nonce + number.to_bytes(4)) for number, _ in enumerate(blocks))
        return bytes(left ^ right for left, right in zip(content, stream, strict=False))

    def _tag(self, body: bytes, purpose: str) -> bytes:
        return _derived(self._authenticate, len(body).to_bytes(4) + body + purpose.encode())


def _derived(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
