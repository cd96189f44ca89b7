"""`python -m infra.keys`: makes, lists and changes customers' keys: the local service's, a stack's, a rehearsal's."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from functions.core.deliverer import key_secret
from functions.core.errors import StorageError
from functions.core.keys import BURST, Key, derive_public_key, derive_secret, secret_hash
from functions.core.webhooks import Webhook, secret_text
from functions.embedded import keys as embedded_keys
from functions.embedded.compose import DATABASE
from functions.embedded.database import Database, DatabaseError

DAY_SECONDS: Final = 86_400


class KeysError(Exception):
    """What was asked can't be done; the message says what to do."""


class KeyTable(Protocol):
    """A deployment's records of keys, each under its secret's hash. All methods raise StorageError."""

    def put(self, account: str, key: Key) -> None:
        """Record a key, replacing any of that secret."""

    def all(self) -> list[Key]:
        """Return all keys, by name."""

    def change(self, account: str, changes: Mapping[str, str | int | None]) -> Key | None:
        """Set fields of a key, by their names in `Key`; return it, or None where there is no such key."""


@dataclass(frozen=True, slots=True)
class Keys:
    """A deployment's keys: its table, and the master secret that secrets follow from."""

    table: KeyTable
    master: bytes

    def create(self, key: Key) -> str:
        """Record a key; return its secret, which is stored nowhere."""
        secret = derive_secret(self.master, key.public_key)
        self.table.put(secret_hash(secret), key)
        return secret

    def change(self, public_key: str, fields: Mapping[str, str | int | None]) -> Key:
        """Set fields of a key's record; return the key. Raises KeysError."""
        key = self.table.change(secret_hash(derive_secret(self.master, public_key)), fields)
        if key is None:
            raise KeysError(f"there is no key {public_key} here; 'list' shows those that there are")
        return key


def of_stack(name: str) -> Keys:
    """Return the keys of a deployed stack, by its outputs. Raises StorageError."""
    from infra.stack_keys import Stack  # noqa: PLC0415  # with boto3, which the local service does without

    return Keys(*Stack(name).keys())


def of_local_service(folder: Path) -> Keys:
    """Return the keys of the local service of this state folder, whether it runs or not. Raises KeysError."""
    path = folder / DATABASE
    if not path.exists():
        raise _nothing(folder, "scripts/local")
    try:
        return Keys(embedded_keys.KeyTable(Database.open(path)), _master(folder))
    except DatabaseError as error:
        raise KeysError(str(error)) from None


def of_rehearsal(folder: Path) -> Keys:
    """Return the keys of the rehearsal that runs with this state folder. Raises KeysError."""
    from infra import stack_keys  # noqa: PLC0415  # likewise

    try:
        return Keys(stack_keys.of_rehearsal(folder), _master(folder))
    except FileNotFoundError:
        raise _nothing(folder, "scripts/rehearse") from None


def _nothing(folder: Path, command: str) -> KeysError:
    return KeysError(f"nothing has run with {folder}: start {command}, or name its --state-dir")


def _master(folder: Path) -> bytes:
    return (folder / "master-secret").read_bytes().strip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; 1 with a sentence on stderr where that isn't possible."""
    options = _parser().parse_args(arguments)
    try:
        _COMMANDS[options.command](_keys(options), options)
    except (KeysError, StorageError) as error:
        return _refuse(str(error))
    except ModuleNotFoundError as missing:
        return _refuse(f"{missing.name} isn't installed: pip install --require-hashes -r requirements.txt")
    return 0


def _refuse(reason: str) -> int:
    sys.stderr.write(f"infra.keys: {reason}\n")
    return 1


def _keys(options: argparse.Namespace) -> Keys:
    if options.stack:
        return of_stack(options.stack)
    return of_rehearsal(options.rehearsal) if options.rehearsal else of_local_service(options.local)


def _create(keys: Keys, options: argparse.Namespace) -> None:
    limits: dict[str, Any] = {name: value for name, value in _limits(options).items() if value is not None}
    if options.rate and not options.burst:
        limits["burst"] = min(options.rate, BURST)
    key = Key(
        derive_public_key(secrets.token_bytes(32)),
        options.name,
        options.tier,
        expires_at=_expiry(options.days),
        webhook=options.webhook,
        **limits,
    )
    secret = keys.create(key)
    _show({**asdict(key), "secret_key": secret, "webhook_secret": secret_text(key_secret(secret))})
    sys.stderr.write("The secret is shown this once and stored nowhere: hand it to the key's owner now.\n")


def _list(keys: Keys, _: argparse.Namespace) -> None:
    for key in keys.table.all():
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
        raise KeysError("name at least one limit: --rate, --burst, --concurrency or --one-job-per-signature")
    _show(asdict(keys.change(options.public_key, wanted)))


def _webhook(keys: Keys, options: argparse.Namespace) -> None:
    if options.no_webhook == bool(options.webhook):
        raise KeysError("name the webhook's --url, or say --none")
    _show(asdict(keys.change(options.public_key, {"webhook": options.webhook})))


_COMMANDS: Final = {
    "create": _create,
    "list": _list,
    "suspend": _suspend,
    "resume": _resume,
    "expire": _expire,
    "limit": _limit,
    "webhook": _webhook,
}


def _show(fields: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")


def _limits(options: argparse.Namespace) -> dict[str, int | None]:
    return {
        "rate_per_minute": options.rate,
        "burst": options.burst,
        "concurrency": options.concurrency,
        "one_job_per_signature": options.one_job_per_signature and options.one_job_per_signature == "yes",
    }


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
        ("webhook", "set where the ends of a key's jobs are told, unless a job names another place"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        place = command.add_mutually_exclusive_group()
        place.add_argument("--stack", help="name of a deployed stack; needs AWS credentials")
        place.add_argument(
            "--local", type=Path, default=Path(".local"), metavar="DIR", help="state folder of scripts/local"
        )
        place.add_argument("--rehearsal", type=Path, metavar="DIR", help="state folder of scripts/rehearse")
        if name == "create":
            command.add_argument("--name", required=True, help="whose key it is, for you")
            command.add_argument("--webhook", type=_url, metavar="URL", help="where the ends of its jobs are told")
            command.add_argument("--tier", default="standard", help="a word of yours that /keys/self shows")
        elif name != "list":
            command.add_argument("public_key", metavar="PUBLIC-KEY")
        if name == "webhook":
            command.add_argument("--url", dest="webhook", type=_url, metavar="URL", help="an https:// URL")
            command.add_argument("--none", dest="no_webhook", action="store_true", help="nowhere")
        if name in ("create", "expire"):
            command.add_argument("--days", type=_days, help="days until it ends (default: never)")
        if name in ("create", "limit"):
            for limit, meaning in (
                ("rate", "requests a minute"),
                ("burst", f"requests at once (of a new key: its rate, but at most {BURST})"),
                ("concurrency", "jobs at once"),
            ):
                command.add_argument(f"--{limit}", type=_positive, metavar="N", help=meaning)
            command.add_argument(
                "--one-job-per-signature",
                choices=("yes", "no"),
                help="whether a signed request that comes again is refused, not given another job (default: no)",
            )
    return parser


def _url(text: str) -> str:
    """Read a webhook's URL; whether it may be http:// is the deployment's setting, and looked at by each try."""
    return Webhook(url=text).url


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
