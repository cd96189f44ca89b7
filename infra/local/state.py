"""The state folder of a local service: the master secret, made once, and key.env for shells."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from functions.core.keys import Key, derive_public_key, derive_secret

MASTER_BYTES = 32


@dataclass(frozen=True, slots=True)
class State:
    """What the folder holds."""

    folder: Path
    master: str  # hex

    @property
    def key(self) -> Key:
        """The development key: the same at every start, for it follows from the master secret."""
        public_key = derive_public_key(b"development:" + self.master.encode())
        return Key(public_key, tier="development", rate_per_minute=60_000, burst=10_000, concurrency=10_000)

    @property
    def secret(self) -> str:
        """The development key's secret."""
        return derive_secret(self.master.encode(), self.key.public_key)

    def write_key_file(self, base_url: str) -> Path:
        """Write key.env, to be sourced by a shell; only its owner may read it."""
        path = self.folder / "key.env"
        lines = (
            f"UNSANDBOX_BASE_URL={base_url}",
            f"UNSANDBOX_PUBLIC_KEY={self.key.public_key}",
            f"UNSANDBOX_SECRET_KEY={self.secret}",
        )
        write_private(path, "".join(f"{line}\n" for line in lines))
        return path


def open_state(folder: Path) -> State:
    """Open the folder, making it and the master secret where they are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "master-secret"
    if not path.exists():
        write_private(path, secrets.token_hex(MASTER_BYTES))
    return State(folder, path.read_text("ascii").strip())


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner alone from its first moment."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    temporary.replace(path)
