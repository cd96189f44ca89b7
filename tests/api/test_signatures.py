"""What a signature covers, and how often it counts."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from tests.api.events import Called, call
from tests.aws import KEY, Cloud, cloud

SCRIPT = b"#!/bin/sh\necho $A $1\n"
PLAIN = {"Content-Type": "text/plain"}
ONCE_KEY = replace(KEY, public_key="unsb-pk-once-once-once-once", one_job_per_signature=True, concurrency=20)


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def headers(secret: str, signed: str, body: bytes = SCRIPT, public_key: str = KEY.public_key) -> dict[str, str]:
    """Sign `…{METHOD}:{path}`, perhaps after a line of its own."""
    timestamp = str(int(time.time()))
    head, _, path = signed.rpartition("\n")
    text = f"{head}\n" if head else ""
    text += f"{timestamp}:POST:{path}:"
    signature = hmac.new(secret.encode(), text.encode() + body, hashlib.sha256).hexdigest()
    return {**PLAIN, "Authorization": f"Bearer {public_key}", "X-Timestamp": timestamp, "X-Signature": signature}


def run(sent: Mapping[str, str], query: Mapping[str, list[str]] | None = None) -> Called:
    return call("POST", "/run/async", SCRIPT, None, sent, query)


def test_what_runs_and_with_what_must_be_signed(aws: Cloud) -> None:
    alone = headers(aws.secret, "/run/async")
    assert run(alone).status == 200
    unsigned = {"ttl": ["9"], "network_mode": ["zerotrust"], "return_artifact": ["1"], "return_wasm_artifact": ["0"]}
    assert run(alone, unsigned).status == 200, "as clients do that sign the path alone"
    for more in ({"args": ["x"]}, {"env": ['{"A": "1"}']}, {"args": ["[]"]}):
        assert run(alone, more).status == 401
        query = {**unsigned, **more}
        assert run(alone, query).status == 401
        assert run(headers(aws.secret, f"/run/async?{urlencode(query, doseq=True)}"), query).status == 200


def test_a_signed_query_is_no_other(aws: Cloud) -> None:
    signed = headers(aws.secret, "/run/async?args=x")
    assert run(signed, {"args": ["x"]}).status == 200
    assert run(signed, {"args": ["y"]}).status == 401
    assert run(signed, {"args": ["x", "y"]}).status == 401
    assert run(signed).status == 401


def test_a_signature_may_cover_the_idempotency_key(aws: Cloud) -> None:
    sent = headers(aws.secret, "Idempotency-Key:order-1\n/run/async")
    assert run({**sent, "Idempotency-Key": "order-1"}).status == 200
    assert run({**sent, "Idempotency-Key": "order-2"}).status == 401
    assert run(sent).status == 401
    uncovered = headers(aws.secret, "/run/async")
    assert run({**uncovered, "Idempotency-Key": "order-3"}).status == 200, "as clients do that don't cover it"


def test_by_default_a_signed_request_may_come_twice(aws: Cloud) -> None:
    sent = headers(aws.secret, "/run/async")
    first, second = run(sent), run(sent)
    assert (first.status, second.status) == (200, 200)
    assert first.body["job_id"] != second.body["job_id"]


def test_a_key_may_have_one_job_for_each_signature(aws: Cloud) -> None:
    secret = aws.keys.put(ONCE_KEY)
    sent = headers(secret, "/run/async", public_key=ONCE_KEY.public_key)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: run(sent), range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    refused = run({**sent, "Idempotency-Key": "another"})
    assert (refused.status, refused.body["error"]) == (409, "signature_reused")
    listed = call("GET", "/jobs", None, secret).body["jobs"]
    assert len(listed) == 1
    assert call("GET", "/keys/self", None, secret).body["one_job_per_signature"] is True
    by_secret = {**PLAIN, "Authorization": f"Bearer {secret}"}
    assert [run(by_secret).status for _ in range(2)] == [200, 200], "no signature, so nothing of it to use"


def test_refused_requests_hold_no_place(aws: Cloud) -> None:
    secret = aws.keys.put(replace(ONCE_KEY, public_key="unsb-pk-narr-narr-narr-narr", concurrency=2))
    sent = headers(secret, "/run/async", public_key="unsb-pk-narr-narr-narr-narr")
    assert [run(sent).status for _ in range(5)] == [200, 409, 409, 409, 409]
    body = json.dumps({"language": "python", "code": "1"})
    assert call("POST", "/execute/async", body, secret).status == 200


def test_a_repeated_order_of_such_a_key_is_signed_anew(aws: Cloud) -> None:
    secret = aws.keys.put(replace(ONCE_KEY, public_key="unsb-pk-orde-orde-orde-orde"))

    def order() -> Called:
        sent = headers(secret, "Idempotency-Key:order-9\n/run/async", public_key="unsb-pk-orde-orde-orde-orde")
        return run({**sent, "Idempotency-Key": "order-9"})

    first = order()
    time.sleep(1.1)  # a timestamp is a second
    second = order()
    assert (first.status, second.status) == (200, 200)
    assert first.body["job_id"] == second.body["job_id"]
