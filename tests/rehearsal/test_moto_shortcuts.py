"""The shortcuts give what moto gives without them."""

from __future__ import annotations

import functools
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core import responses
from moto.core.serialize import JSONSerializer, XFormedAttributePicker
from moto.core.utils import get_service_model
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]  # untyped there
from moto.dynamodb.parsing.validators import ActionCountValidator, EmptyStringKeyValueValidator
from moto.dynamodb.responses import DynamoHandler
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from functions.aws import schema
from infra.rehearsal import moto_aws, moto_shortcuts

ITEM = {
    "text": {"S": "ü"},
    "empty": {"S": ""},
    "number": {"N": "1.5"},
    "bytes": {"B": b"\0\xff"},
    "yes": {"BOOL": True},
    "no": {"BOOL": False},
    "nothing": {"NULL": True},
    "list": {"L": [{"S": "a"}, {"M": {"S": {"N": "1"}, "null": {"NULL": True}}}]},
    "map": {"M": {"B": {"B": b"x"}, "BOOL": {"BOOL": False}, "AttributeValue": {"S": "x"}}},
    "empty_map": {"M": {}},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "binaries": {"BS": [b"a", b"b"]},
}


def serialized(picker: Any, operation: str, result: dict[str, Any]) -> Any:
    model = get_service_model("dynamodb").operation_model(operation)
    return JSONSerializer(model, value_picker=picker).serialize(result)


@pytest.mark.parametrize("result", [{"Item": ITEM}, {"Item": {}}, {}, {"ConsumedCapacity": {"TableName": "t"}}])
def test_items(result: dict[str, Any]) -> None:
    answer = serialized(moto_shortcuts.Picker(), "GetItem", result)
    assert answer == serialized(XFormedAttributePicker(), "GetItem", result)


@pytest.mark.parametrize("host", ["moto_api", "dynamodb", "sqs.us-east-1.amazonaws.com", "x.s3.amazonaws.com", None])
def test_hosts(host: str | None) -> None:
    plain, quick = (each(create_backend_app) for each in (DomainDispatcherApplication, moto_shortcuts.Dispatcher))
    for _ in range(2):
        assert quick.get_backend_for_host(host) == plain.get_backend_for_host(host)


def test_what_they_replace_answers_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    traversers = ActionCountValidator(), EmptyStringKeyValueValidator(["key"])

    def ask() -> list[Any]:
        parts: Any = responses
        actions = parts.method_names_from_class(DynamoHandler), parts.camelcase_to_underscores("UpdateItem")
        return [*actions, *(each.nodes_to_be_processed() for each in traversers)]

    plain = ask()
    for owner, name, _ in moto_shortcuts.SHORTCUTS:
        monkeypatch.setattr(owner, name, getattr(owner, name))  # so that this process has moto's own afterwards
    moto_shortcuts.take()
    assert ask() == plain
    assert ask() == plain
    assert "update_item" in plain[0]


@pytest.mark.parametrize("paths", [[["text"]], [["map", "B"], ["map", "BOOL"], ["list"]], [["none"]], []])
def test_projections(paths: list[list[str]]) -> None:
    item = Item(DynamoType({"S": "key"}), None, attrs=ITEM)
    before = item.to_json()
    assert moto_shortcuts.read_once(Item.project)(item, paths).to_json() == item.project(paths).to_json()
    assert item.to_json() == before


def test_the_tree_of_an_expression_serves_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UpdateExpressionParser, "make", functools.cache(UpdateExpressionParser.make))
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(**moto_aws.table_request(schema.JOBS))
        for number in range(3):
            answer = client.update_item(
                TableName=moto_aws.PREFIX + schema.JOBS.purpose,
                Key={"job_id": {"S": "x"}},
                UpdateExpression="SET #a = :value ADD visits :one REMOVE b",
                ExpressionAttributeNames={"#a": f"name{number}"},
                ExpressionAttributeValues={":value": {"N": str(number)}, ":one": {"N": "1"}},
                ReturnValues="ALL_NEW",
            )["Attributes"]
            assert (answer[f"name{number}"], answer["visits"]) == ({"N": str(number)}, {"N": str(number + 1)})
