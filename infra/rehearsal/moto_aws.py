"""AWS on this machine: moto's server, with the tables, queues and bucket of core/schema.py."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import boto3

from functions.aws import clients as aws
from functions.aws import schema
from infra.rehearsal.credential import Credential

REGION = "us-east-1"
ACCOUNT = "123456789012"  # moto's
PREFIX = "code-"
STACK = "code-execution"


def environment(endpoint: str, credential: Credential) -> dict[str, str]:
    """Return the variables that lead boto3 to the local AWS."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": credential.key_id,
        "AWS_SECRET_ACCESS_KEY": credential.secret,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextmanager
def used(variables: Mapping[str, str]) -> Iterator[None]:
    """Have this process use the local AWS that these variables lead to, in the block."""
    session = boto3.DEFAULT_SESSION  # it keeps the credential that it found first
    try:
        with mock.patch.dict(os.environ, variables):
            boto3.setup_default_session()
            yield
    finally:
        boto3.DEFAULT_SESSION = session


def table_request(table: schema.Table) -> dict[str, Any]:
    """Return the CreateTable arguments of a table."""
    request: dict[str, Any] = {
        "TableName": PREFIX + table.purpose,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": key.name, "AttributeType": key.type} for key in table.attributes()
        ],
        "KeySchema": [{"AttributeName": table.partition.name, "KeyType": "HASH"}],
    }
    if table.indexes:
        request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.name,
                "KeySchema": [
                    {"AttributeName": index.partition.name, "KeyType": "HASH"},
                    {"AttributeName": index.sort.name, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index in table.indexes
        ]
    return request


def create_stack(template: Path) -> None:
    """Have CloudFormation create what a template has, which is named as `create_resources` would."""
    boto3.client("cloudformation").create_stack(StackName=STACK, TemplateBody=template.read_text("utf-8"))


def create_resources(pools: Iterable[str]) -> None:
    """Create the tables, the bucket, the launch queue, the webhooks' and a queue for each pool."""
    dynamodb, sqs, s3 = aws.dynamodb(), aws.sqs(), aws.s3()
    for table in schema.TABLES:
        dynamodb.create_table(**table_request(table))
    s3.create_bucket(Bucket=PREFIX + "files")
    dead_letters = sqs.create_queue(QueueName=PREFIX + "dead-letters")["QueueUrl"]
    dead_letter_arn = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])
    letters = dead_letter_arn["Attributes"]["QueueArn"]
    launches = _queue_attributes(letters, schema.LAUNCH_VISIBILITY_SECONDS, schema.LAUNCH_RECEIVES)
    sqs.create_queue(QueueName=PREFIX + schema.LAUNCH_QUEUE, Attributes=launches)
    webhooks = _queue_attributes(letters, schema.WEBHOOK_VISIBILITY_SECONDS, schema.WEBHOOK_RECEIVES)
    sqs.create_queue(QueueName=PREFIX + schema.WEBHOOK_QUEUE, Attributes=webhooks)
    for name in pools:
        attributes = _queue_attributes(letters, schema.VISIBILITY_SECONDS, schema.RECEIVES_BEFORE_DEAD_LETTER)
        sqs.create_queue(QueueName=PREFIX + name, Attributes=attributes)


def _queue_attributes(letters: str, visibility: int, receives: int) -> Any:
    redrive = {"deadLetterTargetArn": letters, "maxReceiveCount": receives}
    return {"VisibilityTimeout": str(visibility), "RedrivePolicy": json.dumps(redrive)}
