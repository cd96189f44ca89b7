"""Requests to the API: signed, repeated where that is safe, failures told in the service's own words."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

TRIES: Final = 4  # of a request that may be repeated, when there is no answer or the service is busy
PAUSE_SECONDS: Final = 0.5  # before the second try; doubled for each one after it
TIMEOUT_SECONDS: Final = 60
BUSY: Final = (429, 502, 503, 504)


class ApiError(Exception):
    """What the service refused, or that it didn't answer: a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where the service is, and the key to it. Without a public key the secret itself is sent."""

    base_url: SplitResult
    secret_key: str
    public_key: str | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Account:
        """Read the UNSANDBOX_* variables. Raises ApiError naming what is missing."""
        try:
            base_url = urlsplit(environment["UNSANDBOX_BASE_URL"])
            secret = environment["UNSANDBOX_SECRET_KEY"]
        except KeyError as error:
            message = f"{error.args[0]} is not set: export it, or source the key.env that the local service writes."
            raise ApiError(message) from None
        if base_url.scheme not in ("http", "https") or not base_url.netloc:
            message = "UNSANDBOX_BASE_URL must be a URL such as https://example.org/v1."
            raise ApiError(message)
        return cls(base_url, secret, environment.get("UNSANDBOX_PUBLIC_KEY"))


class Api:
    """Calls the routes; every method returns the answer's JSON and raises ApiError."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def get(self, path: str) -> Any:
        """GET a path."""
        return self._call("GET", path, repeatable=True)

    def delete(self, path: str) -> Any:
        """DELETE a path."""
        return self._call("DELETE", path)

    def post(self, path: str, body: Any = None, *, once: str | None = None) -> Any:
        """POST JSON; `once` is an Idempotency-Key, with which a lost answer is asked for again."""
        headers = {"Content-Type": "application/json", **({"Idempotency-Key": once} if once else {})}
        content = b"" if body is None else json.dumps(body).encode()
        return self._call("POST", path, content, headers, repeatable=once is not None)

    @property
    def webhook_secret(self) -> str:
        """What webhooks are signed with that name no secret of their own, as Standard Webhooks writes it."""
        digest = hmac.new(self._account.secret_key.encode(), b"webhook", hashlib.sha256).digest()
        return "whsec_" + base64.b64encode(digest).decode()

    def _call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        repeatable: bool = False,
    ) -> Any:
        pause = PAUSE_SECONDS
        for left in reversed(range(TRIES if repeatable else 1)):
            try:
                status, answered, text = self._send(method, path, body, headers or {})
            except (OSError, http.client.HTTPException) as error:
                if not left:
                    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
                    message = (
                        f"no answer from {self._account.base_url.netloc} ({reason}): is UNSANDBOX_BASE_URL right, "
                        "and the service up?"
                    )
                    raise ApiError(message) from error
                wait = pause
            else:
                if status not in BUSY or not left:
                    return _read(status, text)
                wait = min(float(answered.get("retry-after", pause)), 30)
            time.sleep(wait)
            pause *= 2
        raise AssertionError  # the last try has answered or raised

    def _send(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        address = self._account.base_url
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.netloc, timeout=TIMEOUT_SECONDS)
        try:
            authorization = self._authorization(method, path, body, headers.get("Idempotency-Key"))
            connection.request(method, address.path.rstrip("/") + path, body or None, {**headers, **authorization})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def _authorization(self, method: str, path: str, body: bytes, once: str | None) -> dict[str, str]:
        account = self._account
        if not account.public_key:
            return {"Authorization": f"Bearer {account.secret_key}"}
        timestamp = str(int(time.time()))
        head = f"Idempotency-Key:{once}\n" if once else ""
        message = f"{head}{timestamp}:{method}:{path}:".encode() + body
        signature = hmac.new(account.secret_key.encode(), message, hashlib.sha256).hexdigest()
        return {
            "Authorization": f"Bearer {account.public_key}",
            "X-Timestamp": timestamp,
            "X-Signature": signature,
        }


def _read(status: int, text: bytes) -> Any:
    try:
        answer = json.loads(text)
    except ValueError:
        message = f"HTTP {status}, and no JSON: is UNSANDBOX_BASE_URL right?"
        raise ApiError(message) from None
    if status == 401:
        message = f"{answer['message']} Look at UNSANDBOX_SECRET_KEY and UNSANDBOX_PUBLIC_KEY."
        raise ApiError(message)
    if status != 200:
        raise ApiError(str(answer.get("message") or f"HTTP {status}"))
    return answer
