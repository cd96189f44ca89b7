"""Amazon's own DynamoDB Local, whose conditions, transactions, indexes and size limits are the real ones."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MAIN: Final = "software.amazon.dynamodb.services.local.main.ServerRunner"
START_SECONDS: Final = 30.0


@contextmanager
def running(jars: Path) -> Iterator[str]:
    """Run it, holding everything in memory, from a folder of jars; give its URL. Raises OSError if it won't start."""
    port = _free_port()
    java = ("java", f"-Djava.library.path={jars}", "-cp", f"{jars}/*", MAIN)
    with (jars.parent / "dynamodb-local.log").open("w") as log:
        process = subprocess.Popen(
            [*java, "-inMemory", "-disableTelemetry", "-port", str(port)], stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait(process, port, Path(log.name))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = f"DynamoDB Local did not start; {log} says why."
    raise OSError(message)
