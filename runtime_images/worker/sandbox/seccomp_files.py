"""Where the seccomp filters are kept. Apart from seccomp.py, for only making them needs libseccomp."""

from __future__ import annotations

from pathlib import Path

from functions.core.job import NetworkMode


def filter_file(folder: Path, backend: str, mode: NetworkMode) -> Path:
    """Return the file of a backend's filter for a network mode."""
    return folder / f"{backend}-{mode}.bpf"
