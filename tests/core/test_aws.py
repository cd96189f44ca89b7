"""How clients are made: what presigned URLs look like, and which names S3 is called by."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from functions.aws import clients as aws
from functions.aws.files import S3FileStore


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_presigned_urls_are_of_the_present_kind_and_of_the_buckets_region(
    region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("AWS_DEFAULT_REGION", region), ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    url = urlsplit(S3FileStore(aws.s3(), "files").url("results/1"))
    assert url.hostname == f"files.s3.{region}.amazonaws.com"
    assert parse_qs(url.query)["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
