"""`python -m runtime_images.worker.sandbox.seccomp FOLDER`: makes the filters of policy.toml, one a backend and mode.

Run once, when an image is built or a local service starts; libseccomp is needed only then.
"""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import Final

import pyseccomp

from functions.core.job import NetworkMode
from runtime_images.worker.sandbox.policy import Seccomp, policy
from runtime_images.worker.sandbox.seccomp_files import filter_file

BACKENDS: Final = ("namespaces", "task")
FAMILIES: Final = 64  # address families that a rule each can refuse; higher numbers are refused by their bits
INT_BITS: Final = 32


def write_filters(folder: Path) -> None:
    """Write every filter into the folder. Raises OSError where libseccomp is missing or refuses a rule."""
    for backend in BACKENDS:
        for mode in NetworkMode:
            with filter_file(folder, backend, mode).open("wb") as file:
                _filter(policy().seccomp, backend, mode).export_bpf(file)


def _filter(rules: Seccomp, backend: str, mode: NetworkMode) -> pyseccomp.SyscallFilter:
    program = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in (*rules.deny, *rules.deny_more[backend]):
        _deny(program, name, errno.EPERM, rules)
    for name in rules.unknown:
        _deny(program, name, errno.ENOSYS, rules)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    for flag in rules.clone_flags:
        program.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    for request in rules.ioctls:
        # The kernel looks at the low half alone, so a rule must too.
        program.add_rule(refuse, "ioctl", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, request))
    _deny_sockets(program, rules.sockets[f"{backend}-{mode}"])
    return program


def _deny(program: pyseccomp.SyscallFilter, name: str, error: int, rules: Seccomp) -> None:
    """Deny a call by its name; what this architecture doesn't have needs no rule."""
    number = pyseccomp.resolve_syscall(pyseccomp.system_arch(), name)
    if number < 0:
        number = rules.numbers.get(name, -1)
    if number >= 0:
        program.add_rule(pyseccomp.ERRNO(error), number)


def _deny_sockets(program: pyseccomp.SyscallFilter, allowed: tuple[int, ...]) -> None:
    """Refuse every address family but the allowed ones, as a kernel without them would."""
    refuse = pyseccomp.ERRNO(errno.EAFNOSUPPORT)
    for family in range(FAMILIES):
        if family not in allowed:
            family_is = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 0xFFFFFFFF, family)
            program.add_rule(refuse, "socket", family_is)
    for bit in range(FAMILIES.bit_length() - 1, INT_BITS):
        program.add_rule(refuse, "socket", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 1 << bit, 1 << bit))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    write_filters(target)
