"""An account's quotas in front of moto, which has none: what is over them is refused in AWS's words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.ecs.models import ecs_backends

from functions.aws import schema
from infra.rehearsal.account import Quotas, Units, Use, write_report
from infra.rehearsal.moto_aws import ACCOUNT, PREFIX, REGION
from infra.rehearsal.write_units import units

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WRITES: Final = ("PutItem", "UpdateItem", "DeleteItem")
RUN_TASK: Final = "AmazonEC2ContainerServiceV20141113.RunTask"
JSON: Final = "application/x-amz-json-1.1"
KEYS: Final = {PREFIX + table.purpose: table.partition.name for table in schema.TABLES}


class Limited:
    """Passes on what the quotas allow, and writes down after each refusable call how much was used.

    One DynamoDB call at a time comes here (moto_server), so an item is after a write as that write left it.
    """

    def __init__(self, application: WSGIApplication, quotas: Quotas, report: Path) -> None:
        self._application = application
        self._quotas = quotas
        self._report = report
        self._tables = {name: Units(quotas.write_units) for name in KEYS}
        self._vcpus = Use()
        self._started: dict[str, list[bytes]] = {}  # what ECS answered, by the request's token

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a call, or refuse it."""
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if target.startswith("DynamoDB") and target.endswith(WRITES):
            return self._write(environ, start_response)
        if target == RUN_TASK:
            return self._run_task(environ, start_response)
        return self._application(environ, start_response)

    def _write(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = _body(environ)
        table = self._tables[request["TableName"]]
        if not table.allow():
            message = "Throughput exceeds the current capacity of your table or index."
            return self._refuse(start_response, "ThrottlingException", message)
        before = _item(request)
        answer = self._application(environ, start_response)
        table.take(units(before, _item(request)))
        self._write_report()
        return answer

    def _run_task(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Start a task, but the same request's a second time, which moto would."""
        token = _body(environ)["clientToken"]
        if token in self._started:
            start_response("200 OK", [("Content-Type", JSON)])
            return self._started[token]
        running = sum(
            task.last_status != "STOPPED"
            for tasks in ecs_backends[ACCOUNT][REGION].tasks.values()
            for task in tasks.values()
        )
        if running >= self._quotas.vcpus:  # each has one
            self._vcpus.refused += 1
            message = "You've reached the limit on the number of vCPUs you can run concurrently"
            return self._refuse(start_response, "LimitExceededException", message)
        self._vcpus.saw(running + 1)
        self._started[token] = list(self._application(environ, start_response))
        self._write_report()
        return self._started[token]

    def _refuse(self, start_response: StartResponse, code: str, message: str) -> Iterable[bytes]:
        self._write_report()
        start_response("400 Bad Request", [("Content-Type", JSON)])
        return [json.dumps({"__type": code, "message": message}).encode()]

    def _write_report(self) -> None:
        tables = {name.removeprefix(PREFIX): table.use for name, table in self._tables.items()}
        write_report(self._report, {**tables, "vcpus": self._vcpus})


def _body(environ: WSGIEnvironment) -> Mapping[str, Any]:
    content = environ["wsgi.input"].read()
    environ["wsgi.input"].seek(0)
    body: Mapping[str, Any] = json.loads(content)
    return body


def _item(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the item that a request writes, as it is now."""
    name = request["TableName"]
    key = request.get("Key") or request["Item"]
    found = dynamodb_backends[ACCOUNT][REGION].tables[name].get_item(DynamoType(key[KEYS[name]]))
    return found.to_json()["Attributes"] if found else {}
