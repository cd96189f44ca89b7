"""The master secret, from which every customer's secret follows."""

from __future__ import annotations

from collections.abc import Mapping

from functions.aws import clients


def master_secret(environment: Mapping[str, str]) -> bytes:
    """Return it: from the variable MASTER_SECRET (one machine), else from Secrets Manager (MASTER_SECRET_ARN).

    Raises KeyError where the environment names neither.
    """
    if "MASTER_SECRET" in environment:
        return environment["MASTER_SECRET"].encode()
    arn = environment["MASTER_SECRET_ARN"]
    answer = clients.secrets_manager().get_secret_value(SecretId=arn)
    return answer["SecretString"].encode()
