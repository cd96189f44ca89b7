from __future__ import annotations

import pytest
from moto import mock_aws

from functions.aws import clients as aws
from functions.aws.master import master_secret


def test_one_machine_has_it_in_its_environment() -> None:
    assert master_secret({"MASTER_SECRET": "abc", "MASTER_SECRET_ARN": "arn:unused"}) == b"abc"


def test_the_cloud_has_it_in_secrets_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        made = aws.secrets_manager().create_secret(Name="master", SecretString="from there")
        assert master_secret({"MASTER_SECRET_ARN": made["ARN"]}) == b"from there"


def test_neither_is_an_error() -> None:
    with pytest.raises(KeyError, match="MASTER_SECRET_ARN"):
        master_secret({})
