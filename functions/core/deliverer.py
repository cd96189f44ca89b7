"""Deliverer: one try to tell a receiver of a job's end, signed as Standard Webhooks says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from functions.core.intake import PURPOSE
from functions.core.job import Job
from functions.core.keys import derive_secret
from functions.core.sealing import Seal, SealError
from functions.core.webhooks import Delivery, Outcome, secret_bytes

BODY_BYTES: Final = 4 * 1024 * 1024  # of a request; as base64 it still fits into what Lambda takes
UNREADABLE: Final = "the secret that it was to be signed with can't be read any more"


@dataclass(frozen=True, slots=True)
class Request:
    """A POST that is ready to be sent."""

    url: str
    headers: Mapping[str, str]
    body: bytes


Post = Callable[[Request], Outcome]  # sends a request once; whatever the receiver does is an Outcome


class Deliverer:
    """Makes the requests, and has `post` send them."""

    def __init__(self, master: bytes, post: Post) -> None:
        self._master = master
        self._seal = Seal(master)
        self._post = post

    def deliver(self, job: Job, delivery: Delivery) -> Outcome:
        """Send an ended job's Job once. Raises whatever `post` raises, which is never the receiver's doing."""
        try:
            secret = self._secret(job, delivery)
        except (SealError, ValueError):
            return Outcome(error=UNREADABLE)
        body = body_of(job)
        headers = {"Content-Type": "application/json", **signed(secret, f"msg_{job.job_id}", int(time.time()), body)}
        return self._post(Request(delivery.url, headers, body))

    def _secret(self, job: Job, delivery: Delivery) -> bytes:
        if delivery.sealed_secret is None:
            return key_secret(derive_secret(self._master, job.owner))
        return secret_bytes(self._seal.open(delivery.sealed_secret, PURPOSE + job.owner))


def key_secret(secret_key: str) -> bytes:
    """Return what a key's webhooks are signed with: its holder can make it, so nothing more has to be kept."""
    return hmac.new(secret_key.encode(), b"webhook", hashlib.sha256).digest()


def body_of(job: Job) -> bytes:
    """Return the Job as it is POSTed: the same at each try but for links, so without what is known of the tries."""
    shown = job.wire()
    shown.pop("webhook", None)
    body = _json(shown)
    return body if len(body) <= BODY_BYTES else _json({**shown, "result": None, "result_omitted": True})


def signed(secret: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of Standard Webhooks."""
    text = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(secret, text, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
