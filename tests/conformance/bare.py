"""Running binaries, as somebody who downloaded one would, on a system that has nothing else."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path


def run_bare(binary: bytes) -> str:
    """Return what a program printed in a root file system of its own. Raises CalledProcessError for its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "main")
        path.write_bytes(binary)
        path.chmod(0o755)
        command = ("bwrap", "--unshare-all", "--ro-bind", str(path), "/main", "--tmpfs", "/work", "--proc", "/proc")
        settings = ("--clearenv", "--setenv", "ARTIFACTS_DIR", "/work")
        done = subprocess.run([*command, *settings, "/main"], capture_output=True, text=True, timeout=30, check=True)
        return done.stdout
