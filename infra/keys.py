"""`python -m infra.keys`: makes, lists and changes customers' keys, in a deployed stack or the local service."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from functions.aws import clients as aws
from functions.aws.files import S3FileStore
from functions.aws.jobs import DynamoJobStore
from functions.aws.keys import DynamoKeyStore, key_of
from functions.core import quotas
from functions.core.keys import BURST, Key, derive_public_key, derive_secret, secret_hash

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAY_SECONDS: Final = 86_400


class KeysError(Exception):
    """What was asked can't be done; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Keys:
    """A deployment's keys: its table, and the master secret that secrets follow from."""

    client: DynamoDBClient
    table: str
    master: bytes

    def create(self, key: Key) -> str:
        """Record a key; return its secret, which is stored nowhere."""
        jobs = DynamoJobStore(self.client, "", S3FileStore(aws.s3(), ""))
        return DynamoKeyStore(self.client, self.table, self.master, jobs).put(key)

    def list(self) -> list[Key]:
        """Return all keys, by name."""
        pages = self.client.get_paginator("scan").paginate(TableName=self.table)
        return sorted(
            (key_of(item) for page in pages for item in page["Items"]), key=lambda key: (key.name, key.public_key)
        )

    def change(self, public_key: str, fields: Mapping[str, str | int | None]) -> Key:
        """Set fields of a key's record, or remove those that are None; return the key. Raises KeysError."""
        changes: dict[str, str | int | None] = dict(fields)
        rate = changes.get("rate_per_minute")
        if isinstance(rate, int):
            changes["step_us"] = quotas.step_us(rate)
        kept = {name: value for name, value in changes.items() if value is not None}
        removed = changes.keys() - kept.keys()
        expression = "SET " + ", ".join(f"#{name} = :{name}" for name in kept) if kept else ""
        expression += " REMOVE " + ", ".join(f"#{name}" for name in removed) if removed else ""
        values = {f":{name}": _attribute(value) for name, value in kept.items()}
        more: dict[str, Any] = {"ExpressionAttributeValues": values} if values else {}
        try:
            answer = self.client.update_item(
                TableName=self.table,
                Key={"secret_hash": {"S": secret_hash(derive_secret(self.master, public_key))}},
                UpdateExpression=expression.strip(),
                ConditionExpression="attribute_exists(secret_hash)",
                ExpressionAttributeNames={f"#{name}": name for name in changes},
                ReturnValues="ALL_NEW",
                **more,
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            raise KeysError(f"there is no key {public_key} here; 'list' shows those that there are") from None
        return key_of(answer["Attributes"])


def _attribute(value: str | int) -> dict[str, str]:
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def of_stack(name: str) -> Keys:
    """Return the keys of a deployed stack, by its outputs. Raises KeysError."""
    stacks = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stacks[0].get("Outputs", [])}
    try:
        table, master = outputs["KeysTable"], outputs["MasterSecretArn"]
    except KeyError as missing:
        raise KeysError(f"stack {name} has no output {missing}: is it this service's?") from None
    secret = aws.secrets_manager().get_secret_value(SecretId=master)["SecretString"]
    return Keys(aws.dynamodb(), table, secret.encode())


def of_local_service(folder: Path) -> Keys:
    """Return the keys of the local service that runs with this state folder. Raises KeysError."""
    try:
        lines = (folder / "aws.env").read_text("utf-8").splitlines()
        master = (folder / "master-secret").read_text("ascii").strip()
    except FileNotFoundError:
        raise KeysError(f"no service has run with {folder}: start scripts/local, or name its --state-dir") from None
    os.environ.update({name: value for name, _, value in (line.partition("=") for line in lines)})
    return Keys(aws.dynamodb(), os.environ["KEYS_TABLE"], master.encode())


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; 1 with a sentence on stderr where that isn't possible."""
    options = _parser().parse_args(arguments)
    try:
        keys = of_stack(options.stack) if options.stack else of_local_service(options.local)
        _COMMANDS[options.command](keys, options)
    except (KeysError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"infra.keys: {error}\n")
        return 1
    return 0


def _create(keys: Keys, options: argparse.Namespace) -> None:
    limits: dict[str, Any] = {name: value for name, value in _limits(options).items() if value is not None}
    if options.rate and not options.burst:
        limits["burst"] = min(options.rate, BURST)
    key = Key(
        derive_public_key(secrets.token_bytes(32)),
        options.name,
        options.tier,
        expires_at=_expiry(options.days),
        **limits,
    )
    _show({**asdict(key), "secret_key": keys.create(key)})
    sys.stderr.write("The secret is shown this once and stored nowhere: hand it to the key's owner now.\n")


def _list(keys: Keys, _: argparse.Namespace) -> None:
    for key in keys.list():
        _show(asdict(key))


def _suspend(keys: Keys, options: argparse.Namespace) -> None:
    _show(asdict(keys.change(options.public_key, {"status": "suspended"})))


def _resume(keys: Keys, options: argparse.Namespace) -> None:
    _show(asdict(keys.change(options.public_key, {"status": "active"})))


def _expire(keys: Keys, options: argparse.Namespace) -> None:
    never = options.days is None
    _show(asdict(keys.change(options.public_key, {"expires_at": None if never else _expiry(options.days)})))


def _limit(keys: Keys, options: argparse.Namespace) -> None:
    wanted = {name: value for name, value in _limits(options).items() if value is not None}
    if not wanted:
        raise KeysError("name at least one limit: --rate, --burst or --concurrency")
    _show(asdict(keys.change(options.public_key, wanted)))


_COMMANDS: Final = {
    "create": _create,
    "list": _list,
    "suspend": _suspend,
    "resume": _resume,
    "expire": _expire,
    "limit": _limit,
}


def _show(fields: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")


def _limits(options: argparse.Namespace) -> dict[str, int | None]:
    return {"rate_per_minute": options.rate, "burst": options.burst, "concurrency": options.concurrency}


def _expiry(days: float | None) -> int | None:
    return None if days is None else int(time.time() + days * DAY_SECONDS)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.keys", description="Customers' keys. Prints JSON lines.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("create", "make a key; its secret is shown once"),
        ("list", "show all keys, without secrets"),
        ("suspend", "refuse a key until it is resumed"),
        ("resume", "let a suspended key call again"),
        ("expire", "let a key end in --days (0: now), or never"),
        ("limit", "change a key's limits"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        place = command.add_mutually_exclusive_group()
        place.add_argument("--stack", help="name of a deployed stack; needs AWS credentials")
        place.add_argument(
            "--local", type=Path, default=Path(".local"), metavar="DIR", help="state folder of scripts/local"
        )
        if name == "create":
            command.add_argument("--name", required=True, help="whose key it is, for you")
            command.add_argument("--tier", default="standard", help="a word of yours that /keys/self shows")
        elif name != "list":
            command.add_argument("public_key", metavar="PUBLIC-KEY")
        if name in ("create", "expire"):
            command.add_argument("--days", type=_days, help="days until it ends (default: never)")
        if name in ("create", "limit"):
            for limit, meaning in (
                ("rate", "requests a minute"),
                ("burst", f"requests at once (of a new key: its rate, but at most {BURST})"),
                ("concurrency", "jobs at once"),
            ):
                command.add_argument(f"--{limit}", type=_positive, metavar="N", help=meaning)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _days(text: str) -> float:
    days = float(text)
    if not 0 <= days <= 36_500:
        raise ValueError(text)
    return days


if __name__ == "__main__":
    sys.exit(main())
