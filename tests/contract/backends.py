"""The storages that meet core's Protocols, each with what a test looks at behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from functions.aws import clients
from functions.aws.chunks import Chunk
from functions.aws.feeds import AwsFeeds
from functions.aws.inputs import NO_INPUT, DynamoInputs
from functions.aws.keys import DynamoKeyStore
from functions.aws.signatures import DynamoSignatures
from functions.core.events import Feeds
from functions.core.files import FileStore
from functions.core.inputs import Inputs
from functions.core.job import Job
from functions.core.keys import secret_hash
from functions.core.keystore import KeyStore, Signatures
from functions.core.store import JobStore
from functions.embedded.database import Database
from functions.embedded.files import FolderFileStore
from functions.embedded.inputs import EmbeddedInputs
from functions.embedded.jobs import EmbeddedJobStore
from functions.embedded.keys import EmbeddedKeyStore, KeyTable
from functions.embedded.live import Live
from functions.embedded.live_feeds import LiveFeeds
from functions.embedded.signatures import EmbeddedSignatures
from tests.aws import MASTER, Cloud, cloud


class Backend(Protocol):
    """One storage, fresh."""

    keys_module: str  # whose `_now_us` and `time` tests replace

    @property
    def store(self) -> JobStore: ...
    @property
    def keys(self) -> KeyStore: ...
    @property
    def files(self) -> FileStore: ...
    @property
    def signatures(self) -> Signatures: ...
    @property
    def feeds(self) -> Feeds: ...
    @property
    def inputs(self) -> Inputs: ...

    def taken(self, job_id: str) -> tuple[bytes, bool]:
        """What a job's worker, a new one, takes of its input, and whether that is all."""

    def start(self, job_id: str) -> None:
        """Have the worker "worker" take a pending job."""

    def waits(self, job_id: str) -> None:
        """Tell followers that a job was handed back, where nothing else does."""

    def pass_on(self, job_id: str, number: int, stdout: bytes, stderr: bytes) -> None:
        """Have its worker pass on what the job's streams have in addition, for so many times before."""

    def another_process(self) -> KeyStore:
        """The keys as another process that serves sees them; where only one can serve, as that one does."""

    def recorded(self, job_id: str) -> str:
        """All that is recorded of a job, as text."""

    def jobs_recorded(self) -> int: ...

    def keys_recorded(self) -> int: ...

    def objects(self) -> list[str]:
        """The keys of the files."""

    def slots(self, secret: str) -> Mapping[str, Any]:
        """The slots that a key's record holds."""


@dataclass
class AwsBackend:
    aws: Cloud
    keys_module: str = "functions.aws.keys"

    @property
    def store(self) -> JobStore:
        return self.aws.store

    @property
    def keys(self) -> KeyStore:
        return self.aws.keys

    @property
    def files(self) -> FileStore:
        return self.aws.files

    @property
    def signatures(self) -> Signatures:
        return DynamoSignatures(clients.dynamodb(), self.aws.settings.jobs_table)

    @property
    def feeds(self) -> AwsFeeds:
        return AwsFeeds(self.aws.store, clients.dynamodb(), self.aws.settings.jobs_table)

    @property
    def inputs(self) -> DynamoInputs:
        return self.aws.store.inputs

    def taken(self, job_id: str) -> tuple[bytes, bool]:
        found = self.inputs.look(job_id, NO_INPUT)
        self.inputs.look(job_id, found)
        return b"".join(found.parts), found.eof

    def start(self, job_id: str) -> None:
        assert self.store.claim(job_id, "worker")

    def waits(self, job_id: str) -> None:
        """Nothing: they look at the record."""

    def pass_on(self, job_id: str, number: int, stdout: bytes, stderr: bytes) -> None:
        self.aws.store.chunks.put(job_id, number, Chunk(stdout, stderr))

    def another_process(self) -> KeyStore:
        settings = self.aws.settings
        return DynamoKeyStore(clients.dynamodb(), settings.keys_table, MASTER.encode(), self.aws.store)

    def recorded(self, job_id: str) -> str:
        key = {"job_id": {"S": job_id}}
        return str(clients.dynamodb().get_item(TableName=self.aws.settings.jobs_table, Key=key)["Item"])

    def jobs_recorded(self) -> int:
        return self.aws.items()

    def keys_recorded(self) -> int:
        return clients.dynamodb().scan(TableName=self.aws.settings.keys_table)["Count"]

    def objects(self) -> list[str]:
        return self.aws.objects()

    def slots(self, secret: str) -> Mapping[str, Any]:
        key = {"secret_hash": {"S": secret_hash(secret)}}
        return clients.dynamodb().get_item(TableName=self.aws.settings.keys_table, Key=key)["Item"]["slots"]["M"]


@dataclass
class EmbeddedBackend:
    database: Database
    folder: Path
    files: FolderFileStore
    store: EmbeddedJobStore
    keys: EmbeddedKeyStore
    live: Live
    inputs: EmbeddedInputs
    keys_module: str = "functions.embedded.keys"

    @property
    def signatures(self) -> EmbeddedSignatures:
        return EmbeddedSignatures(self.database)

    @property
    def feeds(self) -> LiveFeeds:
        return LiveFeeds(self.live, self.store, self)

    def taken(self, job_id: str) -> tuple[bytes, bool]:
        return self.inputs.after(job_id, 0)

    def watch(self, job_id: str) -> None:
        """Nothing: what it passes on is the test's to say."""

    def start(self, job_id: str) -> None:
        assert self.store.claim(job_id, "worker")
        self.live.begins(job_id)

    def waits(self, job_id: str) -> None:
        self.live.waits(job_id)

    def pass_on(self, job_id: str, number: int, stdout: bytes, stderr: bytes) -> None:  # noqa: ARG002
        self.live.append(job_id, stdout, stderr)

    def another_process(self) -> KeyStore:
        return self.keys

    def recorded(self, job_id: str) -> str:
        return str(self._rows("SELECT * FROM jobs WHERE job_id = ?", job_id))

    def jobs_recorded(self) -> int:
        return len(self._rows("SELECT 1 FROM jobs"))

    def keys_recorded(self) -> int:
        return len(self._rows("SELECT 1 FROM keys"))

    def objects(self) -> list[str]:
        return [str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()]

    def slots(self, secret: str) -> Mapping[str, Any]:
        return self.keys._accounts[secret_hash(secret)].slots

    def _rows(self, statement: str, *values: str) -> list[Any]:
        return self.database.read(lambda connection: connection.execute(statement, values).fetchall())


@contextmanager
def aws() -> Iterator[AwsBackend]:
    with cloud() as fresh:
        yield AwsBackend(fresh)


@contextmanager
def embedded(state: Path, *, durable: bool = False) -> Iterator[EmbeddedBackend]:
    with closing(Database.open(state / "jobs.db", durable=durable)) as database:
        files = FolderFileStore(state / "files", "http://127.0.0.1", b"secret", durable=durable)
        live, inputs = Live(), EmbeddedInputs(database)

        def ended(job: Job) -> None:
            live.ended(job)
            inputs.ended(job)

        store = EmbeddedJobStore(database, files, on_end=ended)
        keys = EmbeddedKeyStore(KeyTable(database), MASTER.encode(), store)
        yield EmbeddedBackend(database, state / "files", files, store, keys, live, inputs)
