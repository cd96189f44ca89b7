from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator

import pytest

from functions.core.keys import Key
from tests.api.events import call
from tests.aws import KEY, Cloud, cloud


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def test_a_valid_key(aws: Cloud) -> None:
    facts = {
        "valid": True,
        "public_key": KEY.public_key,
        "tier": "test",
        "status": "active",
        "valid_through_datetime": None,
        "valid_for_human": "no end",
        "rate_per_minute": KEY.rate_per_minute,
        "burst": KEY.burst,
        "concurrency": KEY.concurrency,
        "one_job_per_signature": False,
    }
    for method, path in (("POST", "/keys/validate"), ("GET", "/keys/self")):
        answer = call(method, path, None, aws.secret)
        assert (answer.status, answer.body) == (200, facts)


@pytest.mark.parametrize(
    ("seconds", "text"), [(30 * 86_400 - 5, "29 days"), (86_400 + 5, "1 day"), (7_205, "2 hours"), (65, "1 minute")]
)
def test_a_key_with_an_end(aws: Cloud, seconds: int, text: str) -> None:
    expires_at = int(time.time()) + seconds
    secret = aws.keys.put(Key("unsb-pk-ends-ends-ends-ends", expires_at=expires_at))
    answer = call("GET", "/keys/self", None, secret)
    assert answer.body["valid_for_human"] == text
    assert answer.body["valid_through_datetime"] == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(expires_at))


def test_invalid_keys_are_told_why_only_to_their_holders(aws: Cloud) -> None:
    past = aws.keys.put(Key("unsb-pk-past-past-past-past", expires_at=int(time.time()) - 1))
    gone = aws.keys.put(Key("unsb-pk-gone-gone-gone-gone", status="suspended"))
    for secret, reason in (
        (past, "expired"),
        (gone, "suspended"),
        ("unsb-sk-aaaaa-aaaaa-aaaaa-aaaaa", "invalid_key"),
        ("unsb-pk-past-past-past-past", "invalid_key"),
        (None, "invalid_key"),
    ):
        answer = call("POST", "/keys/validate", None, secret)
        assert (answer.status, answer.body) == (200, {"valid": False, "reason": reason})
        assert call("GET", "/keys/self", None, secret).status == 401


def test_a_signature_may_cover_the_stages_folder(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind API Gateway's own address, clients that sign the whole URL's path sign `/v1` as well."""

    def ask(signed_path: str) -> int:
        timestamp = str(int(time.time()))
        text = f"{timestamp}:GET:{signed_path}:".encode()
        headers = {
            "Authorization": f"Bearer {KEY.public_key}",
            "X-Timestamp": timestamp,
            "X-Signature": hmac.new(aws.secret.encode(), text, hashlib.sha256).hexdigest(),
        }
        return call("GET", "/keys/self", None, headers=headers).status

    assert (ask("/keys/self"), ask("/v1/keys/self")) == (200, 401)
    monkeypatch.setenv("BASE_PATH", "/v1")
    assert (ask("/keys/self"), ask("/v1/keys/self"), ask("/v2/keys/self")) == (200, 200, 401)
