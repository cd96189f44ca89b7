"""boto3 clients, made alike everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

# Standard retries: throttling and 5xx are tried again with jitter, five times in all. The read timeout
# outlasts the longest long poll. With a name of its own a client doesn't put together, twice for each call, what
# it would tell AWS of this machine: a tenth of the time that a call costs here.
_CONFIG: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 5},
    connect_timeout=5,
    read_timeout=30,
    max_pool_connections=64,
    tcp_keepalive=True,
    user_agent="code-execution-service",
)

# Presigned URLs are signed in the old way by default, which young buckets don't take; and us-east-1 is called by a
# name of no region, which the network without internet doesn't know.
_S3_CONFIG: Final = Config(
    signature_version="s3v4", s3={"us_east_1_regional_endpoint": "regional", "addressing_style": "virtual"}
)


def dynamodb() -> DynamoDBClient:
    """Return a new DynamoDB client."""
    return boto3.client("dynamodb", config=_CONFIG)


def sqs() -> SQSClient:
    """Return a new SQS client."""
    return boto3.client("sqs", config=_CONFIG)


def ecs() -> ECSClient:
    """Return a new ECS client."""
    return boto3.client("ecs", config=_CONFIG)


def lambda_() -> Any:
    """Return a new Lambda client: what it calls isn't called twice."""
    return boto3.client("lambda", config=_CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1})))


def s3() -> S3Client:
    """Return a new S3 client."""
    return boto3.client("s3", config=_CONFIG.merge(_S3_CONFIG))


def secrets_manager() -> SecretsManagerClient:
    """Return a new Secrets Manager client."""
    return boto3.client("secretsmanager", config=_CONFIG)
