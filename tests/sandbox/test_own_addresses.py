"""The machine's own addresses: all are known, changes are told, and who can't follow them takes the network away."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from runtime_images.worker.sandbox import internet
from tests.conftest import ROOT
from tests.sandbox.cell import AS_USER
from tests.sandbox.conftest import StartCell

PROGRAM = """
import socket
socket.create_connection(("203.0.113.254", 80), timeout=2).recv(64)
print("has a network", flush=True)
try:
    socket.create_connection(("203.0.113.254", 8124), timeout=2).recv(64)
except OSError:
    pass  # the address that this asks for is there before the answer: the network may be gone by then
for _ in range(40):
    try:
        socket.create_connection(("203.0.113.254", 80), timeout=0.1).recv(64)
    except OSError:
        break
else:
    print("still has one")
"""


def in_a_network_of_its_own(code: str) -> str:
    flags = () if os.geteuid() == 0 else AS_USER
    script = """
        import select, subprocess
        from runtime_images.worker.sandbox.own_addresses import Changes, own_networks
        def ip(*commands):
            for command in commands:
                subprocess.run(["ip", *command.split()], check=True)
        def own():
            return [str(each) for each in own_networks()]
    """
    argv = ["unshare", "--net", *flags, sys.executable, "-c", textwrap.dedent(script) + textwrap.dedent(code)]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30).stdout


def test_every_kind_of_address_is_known() -> None:
    said = in_a_network_of_its_own("""
        ip("link set lo up", "link add one type veth peer name two", "link set one up")
        ip("address add 198.51.100.7/24 dev one", "address add 192.0.2.9/32 dev two")
        ip("address add 203.0.113.5 peer 203.0.113.6 dev one", "route add local 198.18.0.0/15 dev lo")
        ip("route add local 0.0.0.0/0 dev lo table 100")
        print(*own())
    """)
    assert said.split() == [
        *("127.0.0.0/8", "192.0.2.9/32", "198.18.0.0/15", "198.51.100.7/32", "198.51.100.255/32", "203.0.113.5/32"),
    ]


def test_changes_are_told() -> None:
    said = in_a_network_of_its_own("""
        ip("link set lo up", "link add one type veth peer name two", "link set one up")
        changes = Changes()
        before, told = own(), []
        for what in ("add", "del"):
            changes.forget()
            told.append(bool(select.select([changes], [], [], 0)[0]))
            ip(f"address {what} 198.51.100.7/32 dev one")
            told.append(bool(select.select([changes], [], [], 5)[0]))
            print(*own())
        print(before == own(), told)
    """)
    assert said.splitlines() == ["127.0.0.0/8 198.51.100.7/32", "127.0.0.0/8", "True [False, True, False, True]"]


def test_a_machine_of_hundreds_of_addresses() -> None:
    said = in_a_network_of_its_own("""
        ip("link set lo up", "link add one type veth peer name two", "link set one up")
        for number in range(1, 256, 2):
            ip(*(f"address add 198.51.{hundred}.{number}/32 dev one" for hundred in (100, 101)))
        print(len(own()))
    """)
    assert said == "257\n"


def test_where_the_packet_filter_cannot_follow_the_program_loses_its_network(start_cell: StartCell) -> None:
    if reason := internet.why_not():
        pytest.skip(f"UNTESTED here: {reason}")
    with start_cell("namespaces", "addresses-fail") as cell:
        command = {"argv": ["python3", "main.py"], "env": {}, "timeout": 20, "stdin_bytes": 0}
        answer = cell.job([command], {"main.py": PROGRAM.encode()}, network="semitrusted")
    assert (answer["stdout"], answer["completed"][0]["exit_code"]) == (b"has a network\n", 0), answer
