"""The user that a worker's programs are outside their sandboxes: nobody else's, and saying nothing of the worker."""

from __future__ import annotations

import errno
import secrets
import socket
from typing import Final

from runtime_images.worker.sandbox.policy import policy

TRIES: Final = 100
NAME: Final = "\0code-execution-user-{}"  # of a socket that only holds the user


def claim_user() -> tuple[int, socket.socket]:
    """Return a user id, and what holds it for as long as this process lives. Raises OSError where none is free.

    Programs can see the id, as the owner of file systems in memory, so it's drawn and not counted. Two workers of one
    machine never have the same: while one has it, a name of the kernel's is taken that only one process can take.
    """
    for _ in range(TRIES):
        user = policy().user.first_outside + secrets.randbelow(policy().user.outside)
        holder = socket.socket(socket.AF_UNIX)
        try:
            holder.bind(NAME.format(user))
        except OSError as error:
            holder.close()
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            return user, holder
    message = "no user is free for programs"
    raise OSError(message)
