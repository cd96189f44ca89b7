"""The trial run that proves a sandbox before it is trusted with anyone's program."""

from __future__ import annotations

from typing import Final

from functions.core.job import NetworkMode
from functions.core.limits import MIB, SandboxLimits
from runtime_images.worker.sandbox.contract import Command, Output, Sandbox, SandboxUnavailableError, Stop
from runtime_images.worker.sandbox.policy import policy

SECONDS: Final = 10.0
NO_CAPABILITIES: Final = "0000000000000000"


def prove(sandbox: Sandbox) -> None:
    """Have the kernel say what a sandboxed program is: another user, without privilege, under a filter.

    Raises SandboxUnavailableError.
    """
    stdout, stderr, stop = Output(MIB), Output(MIB), Stop()
    try:
        with sandbox.open(SandboxLimits(), NetworkMode.ZEROTRUST) as area:
            done = area.run(Command(("cat", "/proc/self/status"), {}, SECONDS), stdout, stderr, stop)
    finally:
        stop.close()
    if done.exit_code != 0:
        said = stderr.bytes().decode("utf-8", "replace").strip()
        message = f"A trial program failed in the sandbox ({done.end}, exit code {done.exit_code}): {said}"
        raise SandboxUnavailableError(message)
    status = dict(line.split(":\t", 1) for line in stdout.bytes().decode().splitlines() if ":\t" in line)
    wrong = [f"{name} {status.get(name)}" for name, value in _expected().items() if status.get(name) != value]
    if wrong:
        message = f"A trial program wasn't isolated as it must be: {', '.join(wrong)}"
        raise SandboxUnavailableError(message)


def _expected() -> dict[str, str]:
    """Return the lines that proc(5) has of a program behind the wall."""
    ids = "\t".join([str(policy().user.inside)] * 4)
    capabilities = dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapAmb"), NO_CAPABILITIES)
    return {"Uid": ids, "Gid": ids, "NoNewPrivs": "1", "Seccomp": "2", **capabilities}
