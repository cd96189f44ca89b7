"""Without any single wall, a hostile program gets through and the suite says which: no wall is decoration.

The list below is the one that a reviewer reads: a wall, the backend it's taken out of, and the program that
notices. What happens with all walls in place is test_hostile.py.
"""

from __future__ import annotations

import os

import pytest

from runtime_images.worker.sandbox.contract import SandboxUnavailableError
from tests.sandbox.cell import CellLostError
from tests.sandbox.compiler import Binaries
from tests.sandbox.conftest import StartCell, need_network
from tests.sandbox.program import Program
from tests.sandbox.verdict import complaints, run

# (wall of walls.py, backend, program that gets through, how the complaint about it begins)
LIST = [
    ("filter", "task", "net_tcp.py", "BREACH: reached"),
    ("filter", "task", "net_credentials.py", "BREACH: [b'HTTP"),
    ("filter", "task", "next_sysv.c", "System V objects left"),
    ("filter", "task", "keyrings.c", "BREACH: add_key succeeded"),
    ("filter", "namespaces", "keyrings.c", "BREACH: add_key succeeded"),
    ("filter", "task", "memory_memfd.c", "BREACH: held"),
    ("user", "task", "host_files.py", "BREACH: ['/run/canary/secret'"),
    ("user", "task", "capabilities.c", "BREACH: has capabilities"),
    ("user", "task", "daemon.py", "processes left"),
    ("host-user", "namespaces", "host_files.py", "BREACH: ['/opt/canary'"),
    ("no-new-privs", "task", "setuid_binaries.sh", "BREACH: no_new_privs isn't set"),
    ("environment", "task", "env_scrub.py", "BREACH"),
    ("environment", "namespaces", "env_scrub.py", "BREACH"),
    ("bury", "task", "daemon.py", "processes left"),
    ("killer", "task", "kill_killer.c", "lost"),
    ("reset", "task", "next_shm.py", "lost"),
    ("folder-reset", "task", "next_folder.py", "BREACH"),
    ("sweep", "task", "next_shm.py", "files left: ['/dev/mqueue/left']"),
    ("memory", "task", "memory_anonymous.c", "BREACH: had 256 MiB"),
    ("memory", "namespaces", "memory_family.py", "BREACH: 288 MiB together"),
    ("rlimits", "task", "fork_limit.c", "BREACH: 200 children alive"),
    ("rlimits", "namespaces", "core_dump.c", "BREACH: core dumps allowed"),
    ("area-size", "namespaces", "inode_fill.pl", "BREACH"),
    ("output", "task", "flood_stderr.c", "more output kept than allowed"),
    ("output", "namespaces", "flood_stdout.sh", "more output kept than allowed"),
    ("lookup", "task", "env_path.sh", "BREACH"),
    ("lookup", "namespaces", "env_path.sh", "BREACH"),
    ("seals", "task", "stdin_write.py", "BREACH"),
    ("seals", "namespaces", "stdin_write.py", "BREACH"),
    ("safe-names", "namespaces", "artifact_names.py", "unsafe names"),
    ("no-follow", "task", "artifact_named_link.sh", "a file of the machine's was collected"),
    ("no-follow", "namespaces", "artifact_named_link.sh", "a file of the machine's was collected"),
    ("plain-files", "task", "artifact_fifo.sh", "artifacts are"),
    ("network-namespace", "namespaces", "net_tcp.py", "BREACH: reached"),
    ("network-namespace", "namespaces", "net_abstract.pl", "BREACH: connected"),
    ("packet-filter", "namespaces", "semi_host.py", "BREACH: ['169.254.169.254"),
    ("packet-filter", "namespaces", "semi_device.py", "BREACH: ['tcp 169.254.169.254"),
    ("own-addresses", "namespaces", "semi_own.py", "BREACH: ['203.0.113.1 SOCK_STREAM', '203.0.113.1 SOCK_DGRAM'"),
    ("later-addresses", "namespaces", "semi_own_later.py", "BREACH: ['203.0.113.77'"),
    ("nameless", "namespaces", "proc_mounts.py", "BREACH: ['/etc is /"),
    ("pid-namespace", "namespaces", "daemon.py", ""),
    ("ipc-namespace", "namespaces", "next_mqueue.c", "BREACH: message queue of the last job"),
    ("read-only-root", "namespaces", "read_only.py", "BREACH: ['/'"),
    ("read-only-proc", "namespaces", "proc_writes.py", "BREACH: ['/proc/sys"),
]


@pytest.mark.parametrize(("wall", "backend", "name", "beginning"), LIST, ids=["-".join(row[:3]) for row in LIST])
def test_wall_is_needed(
    wall: str,
    backend: str,
    name: str,
    beginning: str,
    start_cell: StartCell,
    programs: dict[str, Program],
    binaries: Binaries,
) -> None:
    program = programs[name]
    need_network(program)
    if wall == "host-user" and os.geteuid() != 0:
        pytest.skip("UNTESTED here: only root's programs are given a user of their own")
    with start_cell(backend, wall) as cell:
        try:
            wrong = [line for answer in run(program, cell, binaries) for line in complaints(program, answer)]
        except CellLostError:
            wrong = ["lost"]
        except SandboxUnavailableError as error:
            wrong = [f"ours: {error}"]
    assert any(line.startswith(beginning) for line in wrong), wrong


@pytest.mark.skipif(os.geteuid() != 0, reason="UNTESTED here: only root has control groups of its own")
def test_what_the_kernel_kills_for_memory_takes_nothing_of_ours_along(
    start_cell: StartCell, programs: dict[str, Program], binaries: Binaries
) -> None:
    """Its tables count on after its end, when whatever else is in its control group would be killed for them."""
    program = programs["memory_tables.c"]
    with start_cell("namespaces", "memory-watch") as cell:
        assert [line for answer in run(program, cell, binaries) for line in complaints(program, answer)] == []
