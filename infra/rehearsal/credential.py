"""The credential that moto's server asks for: made anew for each, so that nobody else's requests are served."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Credential:
    """An access key. Its id is shown in presigned URLs; the secret never is."""

    key_id: str
    secret: str = field(repr=False)

    @classmethod
    def random(cls) -> Self:
        """Return a new one."""
        return cls("AKIA" + secrets.token_hex(8).upper(), secrets.token_hex(32))

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read what `line` writes. Raises ValueError."""
        key_id, secret = line.split()
        return cls(key_id, secret)

    def line(self) -> str:
        """Return it as one line of text."""
        return f"{self.key_id} {self.secret}\n"
