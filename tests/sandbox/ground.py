"""The ground that a cell stands on: run in fresh namespaces (cell.UNSHARE), before the cell itself.

usage: python -m tests.sandbox.ground PLACE BACKEND [WALL…]
PLACE is `host` for the machine's own file system, as a local worker has it, or the root folder of a container
(container.sh). The rest are the driver's arguments (driver.py); it has this process's stdin and stdout.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.sandbox import endpoint

HERE = Path(__file__).parent
CONTAINER = HERE.parents[1] / "infra" / "local" / "images" / "container.sh"
MOUNTS = {"TASK_TMP": "size=32m,nr_inodes=4k", "TASK_WORK": "size=48m,nr_inodes=4k", "CELL_TESTS": str(HERE.parent)}
PID_NAMESPACE = ("unshare", "--pid", "--fork", "--kill-child=SIGKILL")
NO_CAPABILITIES = ("setpriv", "--inh-caps=-all", "--ambient-caps=-all")
SECRET_FOLDER = "/opt"
KEPT = ("PATH", "LANG", "HOME", "CELL_TOOLS")
SECRETS = {
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/canary-170",
    "AWS_SECRET_ACCESS_KEY": "canary-171",
    "AWS_DEFAULT_REGION": "us-east-1",
    "ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v4/canary-172",
    "ECS_AGENT_URI": "http://169.254.170.2/api/canary-173",
    "QUEUE_URL": "http://192.0.2.1/canary-174",
}


def host(driver: list[str]) -> list[str]:
    """Return the command that starts the driver on the machine as it is."""
    drop = () if os.geteuid() == 0 else NO_CAPABILITIES
    # So that what is left there is the jobs'.
    if not drop:
        _hide_secret()
    subprocess.run(["mount", "-t", "tmpfs", "shm", "/dev/shm"], check=True)  # noqa: S108
    init = ("bash", "-c", '"$@"; exit', "init")  # as on any machine, process 1 buries orphans
    return [*PID_NAMESPACE, "--mount-proc", *drop, *init, sys.executable, "-m", "tests.sandbox.driver", *driver]


def _hide_secret() -> None:
    """Put a file for root's eyes only where every program of the machine may look."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "secret", SECRET_FOLDER], check=True)
    secret = Path(SECRET_FOLDER, "canary")
    secret.touch(mode=0o600)
    secret.write_text("canary-176")


def container(root: str, driver: list[str]) -> list[str]:
    """Return the command that starts the driver in a container."""
    start = ("/opt/worker/bin/python", "-I", "-m", "tests.sandbox.driver")
    return [*PID_NAMESPACE, "bash", str(CONTAINER), root, str(HERE / "additions.sh"), *start, *driver]


def main() -> int:
    """Lay the network, listen, and run the driver to its end."""
    place, *driver = sys.argv[1:]
    endpoint.lay_network()
    if place == "host":
        endpoint.be_the_name_server()
    endpoint.listen(abstract=place == "host")
    command = host(driver) if place == "host" else container(place, driver)
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | SECRETS
    if place != "host":
        environment |= MOUNTS
    # A session of its own: signals to a process group cross PID namespaces.
    return subprocess.run(command, env=environment, start_new_session=True, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
