"""Finding a command on the sandbox's own PATH, before a customer's variables can mean anything."""

from __future__ import annotations

import os
from pathlib import Path


def find_program(name: str, search_path: str, root: Path = Path("/")) -> str:
    """Return the absolute path of a command as the sandbox sees it; a name with a slash stays as it is.

    Raises FileNotFoundError where the root file system has no such command.
    """
    if "/" in name:
        return name
    for folder in search_path.split(":"):
        candidate = root / folder.lstrip("/") / name
        if candidate.is_symlink() or os.access(candidate, os.X_OK):
            return f"{folder}/{name}"
    message = f"the sandbox has no command {name}"
    raise FileNotFoundError(message)
