"""Without any wall, the hostile programs do harm and the suite says so: its silence elsewhere means something."""

from __future__ import annotations

import pytest

from tests.sandbox.cell import CellLostError
from tests.sandbox.compiler import Binaries
from tests.sandbox.conftest import StartCell
from tests.sandbox.program import Program
from tests.sandbox.verdict import complaints, innocent_complaints, run

# Program -> the complaint about it, or about the innocent program that comes next.
BITES = {
    "net_tcp.py": "BREACH: reached",
    "net_dns.py": "BREACH",
    "net_credentials.py": "BREACH: [b'HTTP",
    "net_host_loopback.py": "BREACH: ['127.0.0.1'",
    "proc1_environ.sh": "BREACH: /proc/1/environ",
    "host_files.py": "BREACH: ['/run/canary/secret'",
    "keyrings.c": "BREACH: add_key succeeded",
    "int80.c": "BREACH: 32-bit socket served",
    "setuid_own.py": "BREACH",
    "daemon.py": "processes left",
    "memory_anonymous.c": "BREACH: had 256 MiB",
    "memory_memfd.c": "BREACH: held",
    "inode_fill.pl": "files left",
    "artifact_links.sh": "a file of the machine's was collected",
    "artifact_named_link.sh": "a file of the machine's was collected",
    "artifact_race.c": "processes left",
    "artifact_names.py": "unsafe names",
    "artifact_many.sh": "more artifacts than allowed",
    "next_sysv.c": "System V objects left",
    "next_daemon.py": "processes left",
    "kill_group.c": "lost",
    "ptrace_own_child.c": "an innocent program",
}


@pytest.mark.parametrize("name", BITES)
def test_bites(name: str, start_cell: StartCell, programs: dict[str, Program], binaries: Binaries) -> None:
    program = programs[name]
    with start_cell("naked") as cell:
        try:
            wrong = [line for answer in run(program, cell, binaries) for line in complaints(program, answer)]
            wrong += innocent_complaints(cell)
        except CellLostError:
            wrong = ["lost"]
    assert any(line.startswith(BITES[name]) for line in wrong), wrong
