"""What only the embedded key store has: a table that another process changes, and slots that follow from the jobs."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.core.errors import ConcurrencyLimitError, RateLimitError, UnauthorizedError
from functions.core.job import Status
from functions.core.keys import Key, derive_secret, secret_hash
from functions.embedded.keys import EmbeddedKeyStore, KeyTable
from tests.aws import MASTER
from tests.conftest import ROOT
from tests.contract.backends import EmbeddedBackend, embedded
from tests.contract.test_keys import PUBLIC_KEY, claim, end, key, record, request

ACCOUNT = secret_hash(derive_secret(MASTER.encode(), PUBLIC_KEY))

CHANGE = """
import json, sys
from pathlib import Path
from functions.embedded.database import Database
from functions.embedded.keys import KeyTable

database = Database.open(Path(sys.argv[1]))
changed = KeyTable(database).change(sys.argv[2], json.loads(sys.argv[3]))
database.close()
print(changed and changed.public_key)
"""


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[EmbeddedBackend]:
    with embedded(tmp_path) as fresh:
        yield fresh


def change(folder: Path, fields: str, account: str = ACCOUNT) -> str:
    """Change a key from another process."""
    argv = [sys.executable, "-c", CHANGE, str(folder / "jobs.db"), account, fields]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_what_another_process_changes_counts_at_once(storage: EmbeddedBackend, tmp_path: Path) -> None:
    secret = storage.keys.put(key())
    storage.keys.authenticate(request(secret))
    assert change(tmp_path, '{"status": "suspended"}') == PUBLIC_KEY
    with pytest.raises(UnauthorizedError):
        storage.keys.authenticate(request(secret))
    change(tmp_path, '{"status": "active", "concurrency": 1}')
    end(storage, record(storage, claim(storage.keys, secret)))
    record(storage, claim(storage.keys, secret))
    with pytest.raises(ConcurrencyLimitError):
        claim(storage.keys, secret)
    change(tmp_path, '{"rate_per_minute": 1, "burst": 1}')
    with pytest.raises(RateLimitError):
        for _ in range(2):
            storage.keys.authenticate(request(secret))
    change(tmp_path, '{"expires_at": 1}')
    with pytest.raises(UnauthorizedError):
        storage.keys.authenticate(request(secret))
    assert change(tmp_path, '{"expires_at": null}', "unknown") == "None"


def test_the_table_lists_and_changes(storage: EmbeddedBackend) -> None:
    table = KeyTable(storage.database)
    for name, public_key in (("Grace", "unsb-pk-b"), ("Ada", "unsb-pk-c"), ("Ada", "unsb-pk-a")):
        storage.keys.put(Key(public_key, name, expires_at=7))
    assert [each.public_key for each in table.all()] == ["unsb-pk-a", "unsb-pk-c", "unsb-pk-b"]
    account = secret_hash(derive_secret(MASTER.encode(), "unsb-pk-b"))
    changed = table.change(account, {"expires_at": None, "burst": 3})
    assert changed == table.get(account) == Key("unsb-pk-b", "Grace", burst=3)
    with pytest.raises(ValueError, match="secret_hash"):
        table.change(account, {"secret_hash": "x"})


def test_after_a_restart_the_active_jobs_hold_their_slots(storage: EmbeddedBackend) -> None:
    secret = storage.keys.put(key(concurrency=3))
    jobs = [record(storage, claim(storage.keys, secret)) for _ in range(3)]
    end(storage, jobs[0])
    storage.store.claim(jobs[1].job_id, "worker")
    again = EmbeddedKeyStore(KeyTable(storage.database), MASTER.encode(), storage.store)
    claim(again, secret)
    with pytest.raises(ConcurrencyLimitError):
        claim(again, secret)
    storage.store.finish(jobs[1].job_id, "worker", Status.COMPLETED, {"artifacts": []})
    claim(again, secret)


def test_a_key_put_again_keeps_the_slots_of_its_jobs(storage: EmbeddedBackend) -> None:
    secret = storage.keys.put(key(concurrency=1))
    record(storage, claim(storage.keys, secret))
    storage.keys.put(key(concurrency=1))
    with pytest.raises(ConcurrencyLimitError):
        claim(storage.keys, secret)


def test_memory_is_kept_for_known_keys_alone(storage: EmbeddedBackend) -> None:
    for _ in range(10):
        with pytest.raises(UnauthorizedError):
            claim(storage.keys, derive_secret(b"other", str(uuid.uuid4())))
    assert storage.keys._accounts == {}
