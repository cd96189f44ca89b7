"""Notes what the code of each role asks of AWS while tests run; tests/infra holds the policies to it at the end.

A pytest plugin (see pyproject.toml) for all that runs in the tests' own process. With AWS_USES naming a folder, and
`startup` on PYTHONPATH, rehearsals and workers that tests start note theirs there too: scripts/policies.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any, Final

from botocore.client import BaseClient
from botocore.signers import S3PostPresigner

from tests.recorder.calls import Use, action_of, resources_of

FOLDER: Final = "AWS_USES"
ROOT: Final = Path(__file__).parents[2]
SYNC_PATHS: Final = (
    "/execute",
    "/run",
)  # and those of single jobs: which the gateway leads to the function that streams
# Whose code it is, by its file: the first of these that the stack has, from the call outwards.
ROLES: Final = {
    "functions/core/sweeper.py": "Sweep",
    "functions/sweep/": "Sweep",
    "functions/launch_worker/": "LaunchWorker",
    "functions/task_stopped/": "TaskStopped",
    "functions/webhooks/": "Webhooks",
    "runtime_images/worker/": "Worker",
    "functions/api/": "Api",
}

noted: Final[set[tuple[str, Use]]] = set()


def note(action: str, resources: list[str] | None, service: str, parameters: dict[str, Any]) -> None:
    """Note a call, if a role's code makes it: others are the tests' own."""
    role = _role()
    if role is None:
        return
    for resource in resources or resources_of(service, parameters):
        use = (role, (action, resource))
        if use not in noted:
            noted.add(use)
            _write(role, action, resource)


def all_noted() -> set[tuple[str, Use]]:
    """Return what this process and, where they were told to, those that it started have noted."""
    found = set(noted)
    if folder := os.environ.get(FOLDER):
        for path in Path(folder).iterdir():
            for line in path.read_text().splitlines():
                role, action, resource = line.split("\t")
                found.add((role, (action, resource)))
    return found


def install() -> None:
    """Note every call of every boto3 client in this process from now on."""
    call_of, form_of = BaseClient._make_api_call, S3PostPresigner.generate_presigned_post  # type: ignore[attr-defined]

    def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        service = client.meta.service_model.endpoint_prefix.replace("streams.", "")
        note(action_of(service, operation), None, service, parameters)
        return call_of(client, operation, parameters)

    def form(presigner: Any, *, fields: dict[str, str], **rest: Any) -> Any:
        note("s3:PutObject", [fields["key"]], "s3", {})  # S3 asks for it when the form comes, in the signer's name
        return form_of(presigner, fields=fields, **rest)

    BaseClient._make_api_call = call  # type: ignore[attr-defined]
    S3PostPresigner.generate_presigned_post = form  # type: ignore[method-assign, assignment]


def _write(role: str, action: str, resource: str) -> None:
    if folder := os.environ.get(FOLDER):
        with (Path(folder) / str(os.getpid())).open("a") as file:
            file.write(f"{role}\t{action}\t{resource}\n")


def _role() -> str | None:
    """Return whose code is calling, from the stack; None for a test, even one that such code calls back."""
    frame: FrameType | None = sys._getframe(1)
    while (
        frame is not None and "/botocore/" not in frame.f_code.co_filename
    ):  # this module, and tests' other watchers
        frame = frame.f_back
    role = None
    while frame is not None:
        file = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
        if role is None and file.startswith("tests/"):
            return None
        role = role or next((role for prefix, role in ROLES.items() if file.startswith(prefix)), None)
        if role not in (None, "Api"):
            return role
        if role == "Api" and frame.f_code.co_name == "resolve" and "event" in frame.f_locals:
            path = str(frame.f_locals["event"].get("path", ""))
            return "Sync" if path in SYNC_PATHS or path.startswith("/jobs/") else "Api"
        frame = frame.f_back
    return role


install()
