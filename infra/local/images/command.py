"""Running the programs that build images."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

LAST_LINES: Final = 25  # of a failed build's log that are shown


class BuildError(Exception):
    """An image can't be had here; the message says why, or what to install."""


def output(*command: str, log: Path | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Run a command; return what it printed, or append it all to `log`. Raises BuildError with its last lines."""
    variables = {**os.environ, **(environment or {})}
    if log is None:
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        printed, complaint = done.stdout.strip(), done.stderr
    else:
        with log.open("a") as file:
            done = subprocess.run(
                command, env=variables, stdout=file, stderr=subprocess.STDOUT, text=True, check=False
            )
        printed, complaint = "", log.read_text(errors="replace") if done.returncode else ""
    if done.returncode != 0:
        last = "\n".join(complaint.splitlines()[-LAST_LINES:])
        message = f"{' '.join(command[:2])} failed:\n{last}"
        raise BuildError(message)
    return printed
