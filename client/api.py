"""Requests to the API: signed, repeated where that is safe, failures told in the service's own words."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

TRIES: Final = 4  # of a request that may be repeated, when there is no answer or the service is busy
PAUSE_SECONDS: Final = 0.5  # before the second try; doubled for each one after it
TIMEOUT_SECONDS: Final = 60
BUSY: Final = (429, 502, 503, 504)
TOO_SOON: Final = 429
EVENTS: Final = "text/event-stream"
NO_EVENTS: Final = (204, 404, 406)  # there are no more; there is no such job, or the service has no events at all


class ApiError(Exception):
    """What the service refused, or that it didn't answer: a sentence for a person."""


class RefusedError(ApiError):
    """What the service refused, by an HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class LineBrokenError(Exception):
    """A line was broken before its answer's end; what a person may be told of it."""


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


@dataclass(slots=True)
class Answer:
    """An answer: `content` is all of it, but for a stream, which has `lines`."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    _connection: http.client.HTTPConnection
    _response: http.client.HTTPResponse
    content: bytes = b""

    def lines(self) -> Iterator[bytes]:
        """Yield the lines as they come, until there are no more. Raises LineBrokenError."""
        while True:
            try:
                line = self._response.readline()
            except (OSError, http.client.HTTPException) as error:
                raise LineBrokenError(unanswered(self._connection.host, error)) from error
            if not line:
                return
            yield line

    def close(self) -> None:
        """End the connection."""
        self._response.close()
        self._connection.close()


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

    def send(self, path: str, body: Any) -> Any:
        """POST JSON that comes into force each time; it is repeated only while the service says that it can't yet."""
        headers = {"Content-Type": "application/json"}
        content = json.dumps(body).encode()
        while True:
            answer = self._send("POST", path, content, headers)
            if answer.status != TOO_SOON:
                return _read(answer)
            time.sleep(min(float(answer.headers.get("retry-after", PAUSE_SECONDS)), 30))

    def events(self, path: str, last_id: str) -> Answer:
        """GET events, those after the one of that id: an answer to be read and closed, or one of NO_EVENTS."""
        headers = {"Accept": EVENTS, **({"Last-Event-ID": last_id} if last_id else {})}
        answer = self._ask("GET", path, b"", headers, TRIES)
        if answer.status in NO_EVENTS:
            answer.close()
        elif answer.status != 200:
            _read(answer)
        elif not answer.headers.get("content-type", "").startswith(EVENTS):
            answer.close()
            message = "the service answered with no events: is UNSANDBOX_BASE_URL right?"
            raise ApiError(message)
        return answer

    def _call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        repeatable: bool = False,
    ) -> Any:
        return _read(self._ask(method, path, body, headers or {}, TRIES if repeatable else 1))

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str], tries: int) -> Answer:
        """Ask so often, until the service answers and isn't busy."""
        pause = PAUSE_SECONDS
        for left in reversed(range(tries)):
            try:
                answer = self._send(method, path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                if not left:
                    raise ApiError(unanswered(self._account.base_url.netloc, error)) from error
                wait = pause
            else:
                if answer.status not in BUSY or not left:
                    return answer
                answer.close()
                wait = min(float(answer.headers.get("retry-after", pause)), 30)
            time.sleep(wait)
            pause *= 2
        raise AssertionError  # the last try has answered or raised

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Ask once, and return an answer of which a stream is yet to be read, any other is there."""
        address = self._account.base_url
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.netloc, timeout=TIMEOUT_SECONDS)
        try:
            authorization = self._authorization(method, path, body, headers.get("Idempotency-Key"))
            connection.request(method, address.path.rstrip("/") + path, body or None, {**headers, **authorization})
            response = connection.getresponse()
            answer = Answer(response.status, _lowered(response), connection, response)
            if not (response.status == 200 and headers.get("Accept") == EVENTS):
                answer.content = response.read()
                answer.close()
        except BaseException:
            connection.close()
            raise
        return answer

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


def unanswered(host: str, error: Exception) -> str:
    """Say that there was no answer, or no whole one."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"no answer from {host} ({reason}): is UNSANDBOX_BASE_URL right, and the service up?"


def _lowered(response: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}


def _read(answer: Answer) -> Any:
    try:
        said = json.loads(answer.content)
    except ValueError:
        message = f"HTTP {answer.status}, and no JSON: is UNSANDBOX_BASE_URL right?"
        raise ApiError(message) from None
    if answer.status == 401:
        message = f"{said['message']} Look at UNSANDBOX_SECRET_KEY and UNSANDBOX_PUBLIC_KEY."
        raise ApiError(message)
    if answer.status != 200:
        raise RefusedError(answer.status, str(said.get("message") or f"HTTP {answer.status}"))
    return said
