"""AWS on this machine: moto's server, with the tables, queues and bucket of core/schema.py."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import boto3

from functions.core import aws, schema

REGION = "us-east-1"
ACCOUNT = "123456789012"  # moto's
PREFIX = "code-"
STACK = "code-execution"


def environment(endpoint: str) -> dict[str, str]:
    """Return the variables that lead boto3 to the local AWS."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


class Server:
    """A running moto server."""

    def __init__(self, call_log: Path | None = None) -> None:
        """Start it; every AWS call's operation goes into `call_log`."""
        arguments = [str(call_log.absolute())] if call_log else []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.moto_server", *arguments],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )

    def endpoint(self) -> str:
        """Wait until it serves; return its URL. Raises OSError when it doesn't."""
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            message = "moto, which plays AWS here, did not start."
            raise OSError(message)
        return f"http://127.0.0.1:{line.strip()}"

    def stop(self) -> None:
        """End it, and forget all that it held."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


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
    """Create the tables, the bucket, the launch queue and a queue for each pool."""
    dynamodb, sqs, s3 = aws.dynamodb(), aws.sqs(), aws.s3()
    for table in schema.TABLES:
        dynamodb.create_table(**table_request(table))
    s3.create_bucket(Bucket=PREFIX + "files")
    dead_letters = sqs.create_queue(QueueName=PREFIX + "dead-letters")["QueueUrl"]
    dead_letter_arn = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])
    redrive = (
        f'{{"deadLetterTargetArn":"{dead_letter_arn["Attributes"]["QueueArn"]}",'
        f'"maxReceiveCount":{schema.RECEIVES_BEFORE_DEAD_LETTER}}}'
    )
    for name in (schema.LAUNCH_QUEUE, *pools):
        attributes = {"VisibilityTimeout": str(schema.VISIBILITY_SECONDS), "RedrivePolicy": redrive}
        sqs.create_queue(QueueName=PREFIX + name, Attributes=attributes)  # type: ignore[arg-type]  # any str is one
