"""The keys tables that are DynamoDB's: a deployed stack's, and that of the running rehearsal. Needs boto3."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from functions.aws import clients as aws
from functions.aws.errors import adapter
from functions.aws.keys import item_of, key_of
from functions.core import quotas
from functions.core.errors import StorageError
from functions.core.keys import Key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@adapter
class DynamoKeyTable:
    """infra.keys' KeyTable."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, account: str, key: Key) -> None:
        """Record a key, replacing any of that secret."""
        self._client.put_item(TableName=self._table, Item=item_of(account, key))

    def all(self) -> list[Key]:
        """Return all keys, by name."""
        pages = self._client.get_paginator("scan").paginate(TableName=self._table)
        keys = [key_of(item) for page in pages for item in page["Items"]]
        return sorted(keys, key=lambda key: (key.name, key.public_key))

    def change(self, account: str, changes: Mapping[str, str | int | None]) -> Key | None:
        """Set fields of a key's record, or remove those that are None; return it, or None where there is none."""
        wanted: dict[str, str | int | None] = dict(changes)
        rate = wanted.get("rate_per_minute")
        if isinstance(rate, int):
            wanted["step_us"] = quotas.step_us(rate)
        kept = {name: value for name, value in wanted.items() if value is not None}
        removed = wanted.keys() - kept.keys()
        expression = "SET " + ", ".join(f"#{name} = :{name}" for name in kept) if kept else ""
        expression += " REMOVE " + ", ".join(f"#{name}" for name in removed) if removed else ""
        values = {f":{name}": _attribute(value) for name, value in kept.items()}
        more: dict[str, Any] = {"ExpressionAttributeValues": values} if values else {}
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key={"secret_hash": {"S": account}},
                UpdateExpression=expression.strip(),
                ConditionExpression="attribute_exists(secret_hash)",
                ExpressionAttributeNames={f"#{name}": name for name in wanted},
                ReturnValues="ALL_NEW",
                **more,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return key_of(answer["Attributes"])


def _attribute(value: str | int) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


@adapter
class Stack:
    """A deployed stack, by its name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def keys(self) -> tuple[DynamoKeyTable, bytes]:
        """Return its table of keys and its master secret. Raises StorageError."""
        stacks = boto3.client("cloudformation").describe_stacks(StackName=self._name)["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stacks[0].get("Outputs", [])}
        try:
            table, master = outputs["KeysTable"], outputs["MasterSecretArn"]
        except KeyError as missing:
            message = f"stack {self._name} has no output {missing}: is it this service's?"
            raise StorageError(message) from None
        secret = aws.secrets_manager().get_secret_value(SecretId=master)["SecretString"]
        return DynamoKeyTable(aws.dynamodb(), table), secret.encode()


def of_rehearsal(folder: Path) -> DynamoKeyTable:
    """Return the table of the rehearsal that runs with this state folder. Raises FileNotFoundError."""
    lines = (folder / "aws.env").read_text("utf-8").splitlines()
    os.environ.update({name: value for name, _, value in (line.partition("=") for line in lines)})
    return DynamoKeyTable(aws.dynamodb(), os.environ["KEYS_TABLE"])
