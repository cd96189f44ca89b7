"""A hostile program: a file in programs/ whose head says what it tries, what must happen and how it's run.

Head lines are comments `key: value`. `tries` and `must` are for people, test_hostile.py checks the rest:

expect-end        how Completed says it ended, alternatives joined by `or` (exited)
expect-exit       its exit code, likewise, or `any` (0)
expect-stdout     `contained`, `nothing` or `any`, likewise (contained). A line `BREACH` is never allowed
expect-artifacts  names of what is collected, `none` or `any` (none)
expect-truncated  the streams that were cut (none)
rss               how far the supervisor's memory may grow at its peak, MiB (16)
timeout           seconds (10)
limits            fields of SandboxLimits, over the suite's own small ones
env, args, stdin  of the command; stdin is a number of bytes; `env-bytes: NAME=N` is a variable of N bytes
file, input       NAME=TEXT: a file in the working folder, an input file
library           a shared library to build from shared/ and put into the working folder
network           zerotrust or semitrusted (zerotrust)
backends          those it is for, when not for both, and `because`: who contains it on the other (both)
collect           files of the working folder to collect, as a compiled program would be
again             `same job` or `next job`: it's run twice, with `first` and `second` as its argument
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from functions.core.languages import catalog

FOLDER = Path(__file__).parent / "programs"
SUFFIXES = {".py": "python3", ".sh": "bash", ".pl": "perl", ".c": None}
WAITING = {".py": "python"}  # and the languages whose interpreters can wait for them
BACKENDS = ("namespaces", "task")
LIMITS = {
    "memory_mb": 128,
    "cpu_seconds": 30,
    "processes": 64,
    "open_files": 256,
    "file_mb": 16,
    "work_mb": 48,
}
KEYS = frozenset(
    {
        *("tries", "must", "timeout", "limits", "env", "env-bytes", "args", "stdin", "file", "input"),
        *("library", "collect", "again", "rss", "network", "backends", "because"),
        *("expect-end", "expect-exit", "expect-stdout", "expect-artifacts", "expect-truncated"),
    }
)
# What the supervisor writes has no execute bit.
RUN_COMPILED = 'cp "$0.built" "$0" && chmod 755 "$0" && exec "./$0" "$@"'


@dataclass(frozen=True, slots=True)
class Program:
    """One hostile program, as its head describes it."""

    path: Path
    head: dict[str, list[str]]

    @property
    def name(self) -> str:
        """The file's name, which is the test's too."""
        return self.path.name

    def one(self, key: str, default: str) -> str:
        """Return a key that is given at most once."""
        return self.head.get(key, [default])[0]

    def choices(self, key: str, default: str) -> list[str]:
        """Return the alternatives of a key."""
        return self.one(key, default).split(" or ")

    def pairs(self, key: str) -> dict[str, str]:
        """Return the values of a key that is given as NAME=VALUE, any number of times."""
        return dict(value.split("=", 1) for value in self.head.get(key, []))

    @property
    def again(self) -> str:
        """Whether it's run a second time, and where: `same job`, `next job` or nothing."""
        return self.one("again", "")

    @property
    def timeout(self) -> float:
        """Wall-clock seconds."""
        return float(self.one("timeout", "10"))

    @property
    def backends(self) -> list[str]:
        """The backends that have to contain it."""
        return self.one("backends", " ".join(BACKENDS)).split()

    def limits(self) -> dict[str, int]:
        """Return the fields of SandboxLimits to run it under."""
        own = (word.split("=") for word in self.one("limits", "").split())
        return LIMITS | {name: int(value) for name, value in own}

    def argv(self, turn: Literal["", "first", "second"]) -> list[str]:
        """Return the command that runs it in its area."""
        interpreter = SUFFIXES[self.path.suffix]
        start = [interpreter, self.name] if interpreter else ["bash", "-c", RUN_COMPILED, self.path.stem]
        return [*start, *self.one("args", "").split(), *filter(None, [turn])]

    def command(self, turn: Literal["", "first", "second"], canaries: dict[str, str]) -> dict[str, Any]:
        """Return a command of the driver's protocol (driver.py)."""
        sized = {name: "x" * int(size) for name, size in self.pairs("env-bytes").items()}
        return {
            "argv": self.argv(turn),
            "env": canaries | self.pairs("env") | sized,
            "timeout": self.timeout,
            "stdin_bytes": int(self.one("stdin", "0")),
        }

    @property
    def waits(self) -> bool:
        """Whether its interpreter can be started before it is there."""
        return self.path.suffix in WAITING

    def ahead(self) -> dict[str, Any]:
        """Return what a worker would have made ready for a job in its language."""
        waiting = catalog()[WAITING[self.path.suffix]].waiting
        assert waiting
        return {"argv": self.argv("")[:2], "env": {}, "timeout": 0, "stdin_bytes": 0, "waiting": waiting.model_dump()}


def read_program(path: Path) -> Program:
    """Read a program's head. Raises ValueError for a head that says too little or what nobody reads."""
    head: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"(?:#|//) ([a-z-]+): (.*)", line)
        if not match:
            break
        head[match[1]].append(match[2])
    if unknown := head.keys() - KEYS:
        raise ValueError(f"{path.name}: unknown {sorted(unknown)}")
    wanted = {"tries", "must", "because"} if "backends" in head else {"tries", "must"}
    if missing := wanted - head.keys():
        raise ValueError(f"{path.name}: its head doesn't say {sorted(missing)}")
    return Program(path, dict(head))


def read_programs() -> list[Program]:
    """Return all programs, by name."""
    return [read_program(path) for path in sorted(FOLDER.iterdir()) if path.suffix in SUFFIXES]
