"""moto's server as a process of its own, started and stopped. Imports little: it is started before all else."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from infra.rehearsal.account import Quotas
from infra.rehearsal.credential import Credential


class MotoProcess:
    """A running moto server."""

    def __init__(
        self, call_log: Path | None = None, quotas: Quotas | None = None, report: Path | None = None
    ) -> None:
        """Start it, with a new credential.

        Every AWS call's operation goes into `call_log`, how much of `quotas` is used into `report`.
        """
        self.credential = Credential.random()
        arguments = [str(call_log.absolute()) if call_log else ""]
        if quotas and report:
            arguments += [str(quotas.write_units), str(quotas.vcpus), str(report.absolute())]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.rehearsal.moto_server", *arguments],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "MOTO_DISABLE_GLOBAL_CORS": "true"},  # no web page may read its answers
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):  # `endpoint` will tell
                self._process.stdin.write(self.credential.line())
                self._process.stdin.close()

    def endpoint(self) -> str:
        """Wait until it serves; return its URL. Raises OSError when it doesn't."""
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            message = "moto, which plays AWS here, did not start."
            raise OSError(message)
        return f"http://127.0.0.1:{line.strip()}"

    def stop(self) -> None:
        """End it, and forget all that it held."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
