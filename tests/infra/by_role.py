"""The policies against what the tests' recorder noted of each role's code: `python -m tests.infra.by_role`."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from tests import recorder
from tests.infra.assembly import COMPLETE, Assembly, synthesize
from tests.infra.calls import allowed, missing, unused
from tests.recorder.calls import Use

ROLES: Final[Mapping[str, str]] = {
    "Api": "FunctionsApiRole",
    "Sync": "FunctionsSyncRole",
    "LaunchWorker": "FunctionsLaunchWorkerRole",
    "TaskStopped": "FunctionsTaskStoppedRole",
    "Sweep": "FunctionsSweepRole",
    "Webhooks": "FunctionsWebhooksRole",
    "Worker": "pythonRole@.*Zerotrust",
}
# Asked for by Lambda and ECS in a role's name, not by its code.
BY_AWS: Final = {
    "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "iam:PassRole",
}  # fmt: skip
# The function that posts: rehearsals call it without Lambda.
PLAYED: Final = {("lambda:InvokeFunction", "function:post")}


def missing_by_role(assembly: Assembly, noted: Iterable[tuple[str, Use]]) -> dict[str, set[Use]]:
    """Return what roles' code asked for and their policies don't allow."""
    found = {role: missing(uses, allowed(assembly, ROLES[role])) for role, uses in _by_role(noted).items()}
    return {role: uses for role, uses in found.items() if uses}


def unused_by_role(assembly: Assembly, noted: Iterable[tuple[str, Use]]) -> dict[str, set[Use]]:
    """Return what policies allow and no role's code asked for."""
    by_role = _by_role(noted)
    found = {role: unused(_by_code(role, allowed(assembly, name)), by_role.get(role, set()))
             for role, name in ROLES.items()}  # fmt: skip
    return {role: uses for role, uses in found.items() if uses}


def _by_role(noted: Iterable[tuple[str, Use]]) -> dict[str, set[Use]]:
    """Return each role's uses; a worker's queue, whichever, is that of the pool whose role is looked at."""
    found: dict[str, set[Use]] = {}
    for role, (action, resource) in noted:
        own = re.sub(r"^queue:.*-(zerotrust|semitrusted)$", "queue:python-zerotrust", resource)
        found.setdefault(role, set()).add((action, own if role == "Worker" else resource))
    return found


def _by_code(role: str, policy: set[Use]) -> set[Use]:
    by_aws = BY_AWS if role in ("LaunchWorker", "Webhooks") else set()
    return {use for use in policy if use[0] not in by_aws and use not in PLAYED}


def main() -> int:
    """Print every role's uses, and what is missing or unused; 1 if anything is."""
    noted = recorder.all_noted()
    with tempfile.TemporaryDirectory() as folder:
        assembly = synthesize(COMPLETE, Path(folder))
        wrong = {"missing": missing_by_role(assembly, noted), "unused": unused_by_role(assembly, noted)}
    for role, uses in sorted(_by_role(noted).items()):
        counts: dict[str, int] = {}
        for action, _ in uses:
            counts[action] = counts.get(action, 0) + 1
        print(role, ", ".join(f"{action} on {count}" for action, count in sorted(counts.items())))  # noqa: T201
    for name, found in wrong.items():
        print(f"{name}: {found or 'nothing'}")  # noqa: T201
    return int(any(wrong.values()))


if __name__ == "__main__":
    sys.exit(main())
