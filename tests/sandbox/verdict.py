"""What must be true after a hostile program has run, beyond its own word."""

from __future__ import annotations

import re
from typing import Any, Literal

from functions.core.limits import ARTIFACT_BYTES, ARTIFACTS, OUTPUT_BYTES
from tests.sandbox.cell import Cell
from tests.sandbox.compiler import SHARED, Binaries
from tests.sandbox.program import Program

TURNS: dict[str, list[list[Literal["", "first", "second"]]]] = {
    "": [[""]],
    "same job": [["first", "second"]],
    "next job": [["first"], ["second"]],
}
LATE_MS = 2000  # how long after its time a program may be reported as ended

INNOCENT = SHARED / "innocent.py"
INNOCENT_SAYS = b"thread\nchild\n6\n['data'] original ['data', 'innocent.py', 'left']\n"


def run(program: Program, cell: Cell, binaries: Binaries, *, waiting: bool = False) -> list[dict[str, Any]]:
    """Run a program as its head says and return the driver's answer for each job of it.

    Each is made ready beforehand: held back, or, `waiting`, its interpreter started.
    """
    jobs = [[program.command(turn, cell.canaries) for turn in turns] for turns in TURNS[program.again]]
    return [
        cell.job(
            commands,
            binaries.files(program),
            inputs={name: text.encode() for name, text in program.pairs("input").items()},
            limits=program.limits(),
            collect=program.one("collect", "").split(),
            network=program.one("network", "zerotrust"),
            ahead=program.ahead() if waiting else commands[0],
        )
        for commands in jobs
    ]


def complaints(program: Program, answer: dict[str, Any]) -> list[str]:
    """Return what is wrong with how a program's job ended; nothing when it was contained and told truly."""
    return [
        *_said(program, answer),
        *_ended(program, answer),
        *_collected(program, answer),
        *_left(program, answer),
    ]


def _said(program: Program, answer: dict[str, Any]) -> list[str]:
    """Judge the program's own word. A program that says a breach is believed, whatever else is true."""
    text = answer["stdout"].decode(errors="replace")
    found = [line for line in text.splitlines() if line.startswith("BREACH")][:3]
    words = set(text.split("\n")) - {""}
    expected = program.choices("expect-stdout", "contained")
    allowed = ("contained" in expected and words == {"contained"}) or ("nothing" in expected and not words)
    if "any" not in expected and not allowed and not found:
        found.append(f"stdout is {text[:200]!r}, stderr {answer['stderr'][-500:]!r}")
    cut = program.one("expect-truncated", "").split()
    if answer["truncated"] != cut:
        found.append(f"cut streams are {answer['truncated']}, not {cut}")
    if max(len(answer["stdout"]), len(answer["stderr"])) > OUTPUT_BYTES:
        found.append("more output kept than allowed")
    return found


def _ended(program: Program, answer: dict[str, Any]) -> list[str]:
    """Judge what Completed says."""
    found = []
    ends, codes = program.choices("expect-end", "exited"), program.choices("expect-exit", "0")
    for completed in answer["completed"]:
        if completed["end"] not in ends:
            found.append(f"end is {completed['end']}, not {ends}; stderr {answer['stderr'][-300:]!r}")
        if "any" not in codes and str(completed["exit_code"]) not in codes:
            found.append(f"exit code is {completed['exit_code']}, not {codes}; stderr {answer['stderr'][-300:]!r}")
        if completed["wall_ms"] > program.timeout * 1000 + LATE_MS:
            found.append(f"took {completed['wall_ms']} ms of {program.timeout} s")
    return found


def _collected(program: Program, answer: dict[str, Any]) -> list[str]:
    """Judge the artifacts: the right ones, safe names, bounded, and nothing of the machine's in them."""
    found = ["a file of the machine's was collected"] if answer["leak"] else []
    names = answer["artifacts"]
    expected = program.one("expect-artifacts", "none")
    wanted = [] if expected == "none" else expected.split()
    if expected != "any" and sorted(names) != sorted(wanted):
        found.append(f"artifacts are {sorted(names)}, not {wanted}")
    if len(names) > ARTIFACTS or sum(size for size, _ in names.values()) > ARTIFACT_BYTES:
        found.append("more artifacts than allowed")
    unsafe = [
        n for n in names if not n.isprintable() or re.search(r"[/\\]", n) or n in (".", "..") or len(n.encode()) > 255
    ]
    unsafe += [
        path
        for path in answer["paths"]
        if not path.isprintable() or "\\" in path or {"", ".", ".."} & set(path.split("/"))
    ]
    if len(set(answer["paths"])) < len(names):
        found.append(f"two artifacts of one path: {sorted(answer['paths'])}")
    if unsafe:
        found.append(f"unsafe names: {unsafe}")
    return found


def _left(program: Program, answer: dict[str, Any]) -> list[str]:
    """Judge what the supervisor sees of itself and of its machine after the job."""
    found = []
    if answer["processes_left"]:
        found.append(f"processes left: {answer['processes_left'][:3]}")
    if answer["files_left"]:
        found.append(f"files left: {answer['files_left'][:5]}")
    if answer["system_v_left"]:
        found.append("System V objects left")
    most = int(program.one("rss", "16")) * 1024
    if answer["memory_growth_kb"] > most:
        found.append(f"the supervisor grew by {answer['memory_growth_kb']} kB, over {most}")
    return found


def innocent_complaints(cell: Cell, *, waiting: bool = False) -> list[str]:
    """Run an ordinary program, as the next customer would, and return what is wrong with its outcome."""
    ahead = Program(INNOCENT, {}).ahead() if waiting else None
    command = {"argv": ["python3", "innocent.py"], "env": {}, "timeout": 10, "stdin_bytes": 0}
    answer = cell.job([command], {INNOCENT.name: INNOCENT.read_bytes()}, inputs={"data": b"original"}, ahead=ahead)
    found = []
    if answer["stdout"] != INNOCENT_SAYS or answer["stderr"]:
        found.append(f"an innocent program said {answer['stdout']!r} {answer['stderr'][-1000:]!r}")
    if [(c["end"], c["exit_code"]) for c in answer["completed"]] != [("exited", 0)]:
        found.append(f"an innocent program ended as {answer['completed']}")
    if {name: size for name, (size, _) in answer["artifacts"].items()} != {"answer": 2}:
        found.append(f"an innocent program's artifacts are {answer['artifacts']}")
    return found
