"""Keys: how a secret follows from a public key, and whose secret a request was sent with. No table is read here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from functions.core.errors import UnauthorizedError

SKEW_SECONDS: Final = 300
BURST: Final = 100

_SECRET: Final = re.compile(r"unsb-sk(-[a-z0-9]{5}){4}")
_PUBLIC: Final = re.compile(r"unsb-pk(-[a-z0-9]{4}){4}")
_BEARER: Final = re.compile(r"bearer\s+(\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Key:
    """A customer's key, without its secret."""

    public_key: str
    name: str = ""
    tier: str = "standard"
    status: str = "active"  # or suspended
    expires_at: int | None = None  # unix seconds
    rate_per_minute: int = 600
    burst: int = BURST
    concurrency: int = 100
    one_job_per_signature: bool = False  # a signed request that comes again is refused
    webhook: str | None = None  # URL of its jobs' webhooks, where they name none

    @property
    def expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= time.time()


@dataclass(frozen=True, slots=True)
class SignedParts:
    """What a request's signature covers, and its authentication headers."""

    authorization: str
    timestamp: str
    signature: str
    method: str
    paths: tuple[str, ...]  # the path with its query string and without: clients sign either
    body: bytes
    idempotency_key: str | None = None  # a signature may cover it

    @property
    def is_signed(self) -> bool:
        """Whether it was sent with a public key, so that a signature admits it."""
        return _PUBLIC.fullmatch(_token(self.authorization)) is not None

    def texts(self) -> Iterator[bytes]:
        """Yield each text that the signature may be of; no two requests have one in common.

        Where the Idempotency-Key is covered it comes first, in a line of its own: all others begin with a digit.
        """
        key = self.idempotency_key
        for head in ("",) if key is None else ("", f"Idempotency-Key:{key}\n"):
            for path in self.paths:
                yield f"{head}{self.timestamp}:{self.method}:{path}:".encode() + self.body


def derive_secret(master: bytes, public_key: str) -> str:
    """Return the secret that belongs to a public key; nothing but the master secret is ever stored."""
    digest = hmac.new(master, public_key.encode(), hashlib.sha256).digest()
    return "unsb-sk-" + _groups(digest, 5)


def derive_public_key(seed: bytes) -> str:
    """Return the public key that follows from 10 or more bytes, random or derived."""
    return "unsb-pk-" + _groups(hashlib.sha256(seed).digest(), 4)


def _groups(digest: bytes, size: int) -> str:
    text = base64.b32encode(digest).decode().lower()
    return "-".join(text[start : start + size] for start in range(0, 4 * size, size))


def secret_hash(secret: str) -> str:
    """Return the table key under which a secret's record is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def caller_secret(master: bytes, request: SignedParts) -> str:
    """Return the secret that a request was sent or signed with. Raises UnauthorizedError.

    A bearer secret may still be nobody's; a signature is known to be genuine.
    """
    token = _token(request.authorization)
    if _SECRET.fullmatch(token):
        return token
    if not _PUBLIC.fullmatch(token):
        raise UnauthorizedError(REFUSED)
    return _signer(master, token, request)


def claimed_secret(master: bytes, authorization: str) -> str | None:
    """Return the secret that an Authorization header names, or that of the public key that it does; None for neither.

    Nothing is proved by it.
    """
    token = _token(authorization)
    if _SECRET.fullmatch(token):
        return token
    return derive_secret(master, token) if _PUBLIC.fullmatch(token) else None


def _token(authorization: str) -> str:
    """Return what an Authorization header bears; empty where it bears nothing."""
    match = _BEARER.fullmatch(authorization)
    return match.group(1) if match else ""


def _signer(master: bytes, public_key: str, request: SignedParts) -> str:
    """Return the secret of the key that signed the request. Raises UnauthorizedError."""
    if not re.fullmatch(r"\d{1,12}", request.timestamp, re.ASCII):
        message = "A signed request needs a timestamp in unix seconds as X-Timestamp, and X-Signature."
        raise UnauthorizedError(message)
    secret = derive_secret(master, public_key)
    genuine = False
    for text in request.texts():
        expected = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
        genuine |= hmac.compare_digest(expected.encode(), request.signature.encode())
    if abs(time.time() - int(request.timestamp)) > SKEW_SECONDS:
        message = f"The request's timestamp is more than {SKEW_SECONDS} s off; check your clock."
        raise UnauthorizedError(message)
    if not genuine:
        raise UnauthorizedError(REFUSED)
    return secret


REFUSED: Final = (
    "The request needs a valid key: send 'Authorization: Bearer unsb-sk-…', or sign it with your key pair."
)
