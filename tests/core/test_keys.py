from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from functions.core.errors import UnauthorizedError
from functions.core.keys import Key, SignedParts, derive_public_key, derive_secret
from tests.aws import KEY, Cloud, cloud

UNSIGNED = SignedParts("", "", "", "POST", ("/execute",), b"{}")


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as fresh:
        yield fresh


def signed(secret: str, path: str = "/execute", body: bytes = b"{}", age: int = 0) -> SignedParts:
    timestamp = str(int(time.time()) - age)
    text = f"{timestamp}:POST:{path}:".encode() + body
    signature = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return SignedParts(f"Bearer {KEY.public_key}", timestamp, signature, "POST", ("/execute", "/execute?a=1"), b"{}")


def test_forms_of_derived_keys() -> None:
    assert re.fullmatch(r"unsb-pk(-[a-z0-9]{4}){4}", derive_public_key(b"seed"))
    assert re.fullmatch(r"unsb-sk(-[a-z0-9]{5}){4}", derive_secret(b"master", "unsb-pk-aaaa-aaaa-aaaa-aaaa"))
    assert derive_secret(b"a", KEY.public_key) != derive_secret(b"b", KEY.public_key)


def test_bearer_secret(aws: Cloud) -> None:
    assert aws.keys.authenticate(replace(UNSIGNED, authorization=f"Bearer {aws.secret}")).key == KEY
    assert aws.keys.authenticate(replace(UNSIGNED, authorization=f"bearer  {aws.secret} ")).key == KEY


def test_signature_over_the_path_with_or_without_its_query(aws: Cloud) -> None:
    assert aws.keys.authenticate(signed(aws.secret)).key == KEY
    assert aws.keys.authenticate(signed(aws.secret, "/execute?a=1")).key == KEY


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Basic eA==", "unsb-sk-aaaaa-aaaaa-aaaaa-aaaaa", "Bearer unsb-sk-aaaaa-aaaaa-aaaaa-aaaaa",
     "Bearer unsb-sk-aaaaa", "Bearer " + KEY.public_key, "Bearer unsb-sk-" + "x" * 10_000],
)  # fmt: skip
def test_refusals_look_alike(aws: Cloud, authorization: str) -> None:
    with pytest.raises(UnauthorizedError):
        aws.keys.authenticate(replace(UNSIGNED, authorization=authorization))


def test_forged_signatures(aws: Cloud) -> None:
    for forged in (
        signed("unsb-sk-aaaaa-aaaaa-aaaaa-aaaaa"),
        signed(aws.secret, "/run"),
        signed(aws.secret, body=b"other"),
        replace(signed(aws.secret), method="GET"),
        replace(signed(aws.secret), signature=signed(aws.secret).signature.upper()),
        replace(signed(aws.secret), signature="é"),
        replace(signed(aws.secret), timestamp="١٢٣"),
    ):
        with pytest.raises(UnauthorizedError):
            aws.keys.authenticate(forged)


@pytest.mark.parametrize("age", [301, -302])
def test_clock_skew_is_told(aws: Cloud, age: int) -> None:
    with pytest.raises(UnauthorizedError, match="timestamp"):
        aws.keys.authenticate(signed(aws.secret, age=age))


def test_suspended_and_expired_keys(aws: Cloud) -> None:
    for key in (
        Key("unsb-pk-gone-gone-gone-gone", status="suspended"),
        Key("unsb-pk-past-past-past-past", expires_at=int(time.time()) - 1),
    ):
        secret = aws.keys.put(key)
        with pytest.raises(UnauthorizedError):
            aws.keys.authenticate(replace(UNSIGNED, authorization=f"Bearer {secret}"))
