"""Reads policy.toml, the one description of what a program may do."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

POLICY_FILE: Final = Path(__file__).with_name("policy.toml")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Waiting(_Part):
    """Of programs that are started before their job is there."""

    go: int
    here: int
    cold: tuple[str, ...]

    def numbers(self, handover: tuple[int, ...]) -> tuple[int, ...]:
        """Return what the descriptors of a hand-over are to be numbered; none where there is none."""
        return (self.go, self.here) if handover else ()


class User(_Part):
    """User ids of programs."""

    inside: int
    first_outside: int
    outside: int


class Files(_Part):
    """What a program sees of the file system."""

    show: tuple[str, ...]
    show_etc: tuple[str, ...]
    work: str
    writable: tuple[str, ...]
    swept: tuple[str, ...]
    etc: dict[str, str]


class Internet(_Part):
    """What semitrusted programs reach on one machine."""

    name_server: str
    refused: tuple[str, ...]


class Supervisor(_Part):
    """What the task backend's supervisor keeps."""

    capabilities: tuple[str, ...]


class Seccomp(_Part):
    """The system calls that are denied."""

    deny: tuple[str, ...]
    numbers: dict[str, int]
    unknown: tuple[str, ...]
    clone_flags: tuple[int, ...]
    ioctls: tuple[int, ...]
    sockets: dict[str, tuple[int, ...]]
    deny_more: dict[str, tuple[str, ...]]


class Policy(_Part):
    """The whole file."""

    environment: dict[str, str]
    waiting: Waiting
    user: User
    files: Files
    rlimits: dict[str, int]
    internet: Internet
    supervisor: Supervisor
    seccomp: Seccomp


@functools.cache
def policy() -> Policy:
    """Return the policy, read once. Raises ValueError for a file with an unknown or missing part."""
    return Policy.model_validate(tomllib.loads(POLICY_FILE.read_text("utf-8")))
