"""`python -m infra.local`: serve the API on this machine. scripts/local sets everything up and runs this."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from infra.rehearsal import __main__ as rehearsal


def main() -> NoReturn:
    """Parse the command line and serve, then exit: 1 with a sentence on stderr where that isn't possible."""
    rehearsal.main("scripts/local", Path(".local"))


if __name__ == "__main__":
    main()
