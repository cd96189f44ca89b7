"""Keys: how a secret follows from a public key, and KeyStore, which knows whom a request comes from."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from functions.core.errors import UnauthorizedError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SKEW_SECONDS: Final = 300

_SECRET: Final = re.compile(r"unsb-sk(-[a-z0-9]{5}){4}")
_PUBLIC: Final = re.compile(r"unsb-pk(-[a-z0-9]{4}){4}")
_BEARER: Final = re.compile(r"bearer\s+(\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Key:
    """A customer's key, without its secret."""

    public_key: str
    tier: str = "standard"
    status: str = "active"  # or suspended
    expires_at: int | None = None  # unix seconds
    rate_per_minute: int = 600
    burst: int = 100
    concurrency: int = 100

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


class KeyStore:
    """The keys table. All refusals are the same to someone without the secret."""

    def __init__(self, client: DynamoDBClient, table: str, master: bytes) -> None:
        self._client = client
        self._table = table
        self._master = master

    def put(self, key: Key) -> str:
        """Record a key and return its secret."""
        secret = derive_secret(self._master, key.public_key)
        item: dict[str, Any] = {
            "secret_hash": {"S": secret_hash(secret)},
            "public_key": {"S": key.public_key},
            "tier": {"S": key.tier},
            "status": {"S": key.status},
            "rate_per_minute": {"N": str(key.rate_per_minute)},
            "burst": {"N": str(key.burst)},
            "concurrency": {"N": str(key.concurrency)},
        }
        if key.expires_at is not None:
            item["expires_at"] = {"N": str(key.expires_at)}
        self._client.put_item(TableName=self._table, Item=item)
        return secret

    def authenticate(self, request: SignedParts) -> Key:
        """Return the calling key. Raises UnauthorizedError; a forged signature is refused before any read."""
        secret = self._secret(request)
        response = self._client.get_item(TableName=self._table, Key={"secret_hash": {"S": secret_hash(secret)}})
        key = _key(response["Item"]) if "Item" in response else None
        if key is None:
            raise UnauthorizedError(_REFUSED)
        if key.status != "active":
            raise UnauthorizedError(_REFUSED, "suspended")
        if key.expired:
            raise UnauthorizedError(_REFUSED, "expired")
        return key

    def _secret(self, request: SignedParts) -> str:
        match = _BEARER.fullmatch(request.authorization)
        token = match.group(1) if match else ""
        if _SECRET.fullmatch(token):
            return token
        if not _PUBLIC.fullmatch(token):
            raise UnauthorizedError(_REFUSED)
        return self._signer(token, request)

    def _signer(self, public_key: str, request: SignedParts) -> str:
        """Return the secret of the key that signed the request. Raises UnauthorizedError."""
        if not re.fullmatch(r"\d{1,12}", request.timestamp, re.ASCII):
            message = "A signed request needs X-Timestamp in unix seconds, and X-Signature."
            raise UnauthorizedError(message)
        secret = derive_secret(self._master, public_key)
        genuine = False
        for path in request.paths:
            text = f"{request.timestamp}:{request.method}:{path}:".encode() + request.body
            expected = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
            genuine |= hmac.compare_digest(expected.encode(), request.signature.encode())
        if abs(time.time() - int(request.timestamp)) > SKEW_SECONDS:
            message = f"The request's timestamp is more than {SKEW_SECONDS} s off; check your clock."
            raise UnauthorizedError(message)
        if not genuine:
            raise UnauthorizedError(_REFUSED)
        return secret


_REFUSED: Final = (
    "The request needs a valid key: send 'Authorization: Bearer unsb-sk-…', or sign it with your key pair."
)


def _key(item: dict[str, Any]) -> Key:
    return Key(
        public_key=item["public_key"]["S"],
        tier=item["tier"]["S"],
        status=item["status"]["S"],
        expires_at=int(item["expires_at"]["N"]) if "expires_at" in item else None,
        rate_per_minute=int(item["rate_per_minute"]["N"]),
        burst=int(item["burst"]["N"]),
        concurrency=int(item["concurrency"]["N"]),
    )
