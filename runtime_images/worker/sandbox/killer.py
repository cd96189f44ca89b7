"""`python killer.py USER`: kills every process of a user in one stroke that no fork escapes.

It acts as the user, so that the kernel lets it signal his processes and nobody else's; but its real and saved
user ids are another's, so that they can neither kill nor stop it first. Run as root, by its path: it imports
nothing of ours.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress


def main() -> None:
    """Become the user in effect, and kill."""
    user = int(sys.argv[1])
    nobody = user + 1
    os.setgroups([])
    os.setresgid(nobody, nobody, nobody)
    os.setresuid(nobody, user, nobody)
    with suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)


if __name__ == "__main__":
    main()
