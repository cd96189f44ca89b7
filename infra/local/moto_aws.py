"""AWS on this machine: moto's server in a thread, with the tables, queues and bucket of core/schema.py."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from functions.core import aws, schema

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REGION = "us-east-1"
ACCOUNT = "123456789012"  # moto's
PREFIX = "code-"


class _RequestHandler(WSGIRequestHandler):
    """Keeps connections open (a third of a call's time otherwise) and leaves the log to us."""

    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_request(self, *_: Any) -> None:
        """Write the operation of each call to the log that `start` was given, if any."""
        log = getattr(self.server, "call_log", None)
        if log:
            target = self.headers.get("X-Amz-Target") or f"S3.{self.command}"
            log.write(f"{time.time():.6f} {target.replace('_20120810', '')}\n")


def environment(endpoint: str) -> dict[str, str]:
    """Return the variables that lead boto3 to the local AWS."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


class _Atomic:
    """Passes DynamoDB's calls on one after another: moto changes an item in place, a field at a time.

    Without this a reader sees halves of an update, and two racing conditional writes can both win.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDB"):
            return self._application(environ, start_response)
        with self._lock:
            return self._application(environ, start_response)


def start(call_log: Path | None = None) -> BaseWSGIServer:
    """Serve moto on a free loopback port from a daemon thread, noting each call in `call_log`."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = _Atomic(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_RequestHandler)
    if call_log:
        server.call_log = call_log.open("a", buffering=1)  # type: ignore[attr-defined]  # for _RequestHandler
    threading.Thread(target=server.serve_forever, name="moto", daemon=True).start()
    return server


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
        sqs.create_queue(QueueName=PREFIX + name, Attributes=attributes)  # type: ignore[arg-type]
