"""The database: writes from many threads, and files that can't be used."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from functions.core.errors import FullError, StorageError
from functions.embedded import checkpoints, opening
from functions.embedded.database import Database, DatabaseError
from functions.embedded.opening import connect, prepare
from functions.embedded.schema import MIGRATIONS
from tests.conftest import ROOT


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database.open(tmp_path / "jobs.db")) as fresh:
        fresh.write(lambda connection: connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)").rowcount)
        yield fresh


def insert(database: Database, number: int) -> None:
    database.write(lambda connection: connection.execute("INSERT INTO t VALUES (?)", (number,)).rowcount)


def numbers(database: Database) -> set[int]:
    return {
        number for (number,) in database.read(lambda connection: connection.execute("SELECT a FROM t").fetchall())
    }


class Held:
    """A change that goes on until it is let go, so that others wait behind it."""

    def __init__(self, database: Database, pool: ThreadPoolExecutor) -> None:
        self._running, self._go = threading.Event(), threading.Event()
        self._done = pool.submit(database.write, self._change)
        assert self._running.wait(10)

    def _change(self, _: sqlite3.Connection) -> None:
        self._running.set()
        assert self._go.wait(10)

    def let_go(self) -> None:
        self._go.set()
        self._done.result(10)


def commits(database: Database) -> list[str]:
    """Note the transactions that end."""
    seen: list[str] = []
    database._writer.set_trace_callback(lambda text: seen.append(text) if text == "COMMIT" else None)
    return seen


def wait_for(database: Database, waiting: int) -> None:
    for _ in range(1000):
        with database._lock:
            if len(database._waiting) == waiting:
                return
        threading.Event().wait(0.01)
    raise AssertionError(waiting)


def test_what_comes_during_a_commit_is_committed_together(database: Database) -> None:
    seen = commits(database)
    with ThreadPoolExecutor(30) as pool:
        held = Held(database, pool)
        writes = [pool.submit(insert, database, number) for number in range(20)]
        wait_for(database, 20)
        assert not any(write.done() for write in writes)
        held.let_go()
        for write in writes:
            write.result(10)
    assert numbers(database) == set(range(20))
    assert len(seen) == 2


def test_one_that_fails_undoes_itself_alone(database: Database) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO t VALUES (100)")
        raise LookupError

    insert(database, 7)
    with ThreadPoolExecutor(10) as pool:
        held = Held(database, pool)
        writes = [
            pool.submit(insert, database, 1),
            pool.submit(database.write, half),
            pool.submit(insert, database, 7),
            pool.submit(insert, database, 2),
        ]
        wait_for(database, 4)
        held.let_go()
        assert isinstance(writes[1].exception(10), LookupError)
        assert isinstance(writes[2].exception(10), StorageError)
    assert numbers(database) == {1, 2, 7}
    with pytest.raises(LookupError):  # and on its own
        database.write(half)
    assert numbers(database) == {1, 2, 7}


def test_many_threads_write_and_read_what_they_wrote(database: Database) -> None:
    def work(worker: int) -> None:
        for number in range(worker * 1000, worker * 1000 + 100):
            insert(database, number)
            assert number in numbers(database)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(16)))
    assert len(numbers(database)) == 1600
    assert len(database._readers) <= 8


def test_a_leader_that_is_interrupted_leaves_the_others_theirs(database: Database) -> None:
    def interrupted(_: sqlite3.Connection) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database.write(interrupted)
    insert(database, 1)
    assert numbers(database) == {1}


def test_a_closed_database_refuses(database: Database) -> None:
    database.close()
    database.close()
    with pytest.raises(StorageError, match="closed"):
        insert(database, 1)


def test_closing_waits_for_what_waits(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "jobs.db")
    with ThreadPoolExecutor(10) as pool:
        held = Held(database, pool)
        writes = [pool.submit(database.write, lambda _: "done") for _ in range(3)]
        wait_for(database, 3)
        closing_ = pool.submit(database.close)
        wait_for(database, 4)
        held.let_go()
        closing_.result(10)
        assert [write.result(10) for write in writes] == ["done"] * 3


@pytest.mark.parametrize(("durable", "level"), [(False, 1), (True, 2)])
def test_durable_waits_for_the_disk_where_it_matters(tmp_path: Path, durable: bool, level: int) -> None:
    def synchronous(connection: sqlite3.Connection) -> int:
        found: int = connection.execute("PRAGMA synchronous").fetchone()[0]
        return found

    with closing(Database.open(tmp_path / "jobs.db", durable=durable)) as database:
        assert database.write(synchronous) == level
        assert database.write(synchronous, sync=False) == 1
        assert database.write(synchronous) == level
        assert database.read(lambda connection: connection.execute("PRAGMA journal_mode").fetchone()) == ("wal",)


def full(database: Database) -> None:
    def change(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE IF NOT EXISTS big (a BLOB)")
        for _ in range(100):
            connection.execute("INSERT INTO big VALUES (zeroblob(100000))")

    database.write(change)


def test_a_full_disk_is_told_and_loses_nothing(database: Database) -> None:
    insert(database, 1)
    (pages,) = database.read(lambda connection: connection.execute("PRAGMA page_count").fetchone())
    database._writer.execute(f"PRAGMA max_page_count = {pages + 20}").fetchall()
    with pytest.raises(FullError, match="full"):
        full(database)
    with ThreadPoolExecutor(10) as pool:  # in a group, it undoes the others, who are told so
        held = Held(database, pool)
        writes = [pool.submit(insert, database, 2), pool.submit(full, database), pool.submit(insert, database, 3)]
        wait_for(database, 3)
        held.let_go()
        failures = [write.exception(10) for write in writes]
    kept = {number for number, failure in zip((2, None, 3), failures, strict=True) if failure is None}
    assert isinstance(failures[1], FullError)
    assert numbers(database) == {1} | kept
    insert(database, 4)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


USED = """
import os, signal, sys
from pathlib import Path
from functions.core.keys import Key
from functions.embedded.database import Database
from functions.embedded.keys import KeyTable

database = Database.open(Path(sys.argv[1]))
for number in range(2000):
    KeyTable(database).put(str(number), Key(""))
database._writer.execute("PRAGMA wal_checkpoint(FULL)").fetchall()
database.write(lambda c: c.execute("DELETE FROM keys WHERE secret_hash = '7'").rowcount)
database._writer.execute("PRAGMA user_version = " + sys.argv[2])
os.kill(os.getpid(), signal.SIGKILL)
"""


def used(path: Path, version: int | None = None) -> None:
    """Leave a database as a killed process does: with a log that isn't in the file yet."""
    argv = [sys.executable, "-c", USED, str(path), str(len(MIGRATIONS) if version is None else version)]
    subprocess.run(argv, cwd=ROOT, check=False)
    assert path.with_name(path.name + "-wal").stat().st_size


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"not a database" * 1000,
        lambda content: content[:4096] + os.urandom(len(content) - 4096),
        lambda content: content[: len(content) // 2],
        lambda content: content[:100] + b"\xff" * 1000 + content[1100:],
    ],
    ids=["another kind of file", "scribbled over", "cut off", "bad schema page"],
)
def test_a_damaged_file_is_refused_and_left_as_it_is(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    path = tmp_path / "jobs.db"
    used(path)
    (tmp_path / "jobs.db-wal").unlink()
    (tmp_path / "jobs.db-shm").unlink()
    path.write_bytes(damage(path.read_bytes()))
    before = snapshot(tmp_path)
    with pytest.raises(DatabaseError, match=r"damaged .* Put a backup in its place, or name another state folder\."):
        Database.open(path)
    assert {name: content for name, content in snapshot(tmp_path).items() if content} == before


def test_a_newer_versions_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    used(tmp_path / "jobs.db", len(MIGRATIONS) + 1)
    before = snapshot(tmp_path)
    with pytest.raises(DatabaseError, match="newer version"):
        Database.open(tmp_path / "jobs.db")
    assert snapshot(tmp_path) == before


def test_a_killed_processs_file_is_whole(tmp_path: Path) -> None:
    used(tmp_path / "jobs.db")
    with closing(Database.open(tmp_path / "jobs.db")) as database:
        assert database.read(lambda c: c.execute("SELECT count(*) FROM keys").fetchone()) == (1999,)


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="name another state folder"):
        Database.open(tmp_path / "nowhere" / "jobs.db")


def test_migrations_are_applied_once_and_one_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "jobs.db"
    Database.open(path).close()
    second = (*MIGRATIONS, "CREATE TABLE more (a); INSERT INTO more VALUES (1);")
    monkeypatch.setattr(opening, "MIGRATIONS", second)
    for _ in range(2):
        with closing(Database.open(path)) as database:
            assert database.read(lambda c: c.execute("SELECT a FROM more").fetchall()) == [(1,)]
    monkeypatch.setattr(opening, "MIGRATIONS", (*second, "CREATE TABLE third (a); CREATE TABLE more (a);"))
    with pytest.raises(DatabaseError):
        Database.open(path)
    monkeypatch.setattr(opening, "MIGRATIONS", second)
    with closing(Database.open(path)) as database:
        tables = database.read(lambda c: c.execute("SELECT name FROM sqlite_master WHERE name = 'third'").fetchall())
        assert tables == []


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(DatabaseError, match=r"3\.37 or later"):
        Database.open(tmp_path / "jobs.db")
    assert not (tmp_path / "jobs.db").exists()


def test_nobody_else_reads_it(tmp_path: Path) -> None:
    with closing(Database.open(tmp_path / "jobs.db")):
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


WRITER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from functions.core.keys import Key
from functions.embedded.database import Database
from functions.embedded.keys import KeyTable

database = Database.open(Path(sys.argv[1]))

def work(worker):
    for number in range(worker * 1_000_000, worker * 1_000_000 + 100_000):
        database.write(lambda c: c.execute("INSERT INTO t VALUES (?)", (number,)).rowcount)
        print(f"{number}\\n", end="", flush=True)

with ThreadPoolExecutor(4) as pool:
    list(pool.map(work, range(4)))
"""


def test_a_kill_in_mid_write_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    with closing(Database.open(path)) as database:
        database.write(lambda connection: connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)").rowcount)
    for lines in (1, 700):  # before the first checkpoint, and after it
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            told = [process.stdout.readline() for _ in range(lines)]
            process.send_signal(signal.SIGKILL)
            told += process.stdout.readlines()
        whole = {int(line) for line in told if line.endswith("\n")}
        with closing(Database.open(path)) as database:
            assert whole <= numbers(database)
            database.write(lambda connection: connection.execute("DELETE FROM t").rowcount)


def test_a_checkpointer_that_died_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    prepare(path)
    writer = connect(path)
    with closing(writer):
        of = checkpoints.Checkpoints(path, writer)
        monkeypatch.setattr(checkpoints, "COMMITS", 1)
        runs: list[bool] = []
        ran = threading.Event()

        def run() -> None:
            runs.append(True)
            ran.set()

        monkeypatch.setattr(of, "_run", run)
        for _ in range(2):
            ran.clear()
            of.committed()
            assert ran.wait(5)
            assert of._thread
            of._thread.join()
        of.close()
    assert len(runs) == 2
