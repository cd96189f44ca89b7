"""A seccomp filter for the container harness: no new user namespaces, as in a Fargate task.

Only this: the harness mustn't hide what the sandbox's own filter lets through.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
NUMBER, FLAGS = 0, 16  # offsets in struct seccomp_data: the call's number, the low half of its first argument
CLONE_NEWUSER = 0x10000000
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
NUMBERS = {"x86_64": (56, 272, 435), "aarch64": (220, 97, 435)}


def program() -> bytes:
    """Return the filter as the kernel's struct sock_filter array, for this machine's architecture."""
    clone, unshare, clone3 = NUMBERS[platform.machine()]
    steps = [
        (LOAD, 0, 0, NUMBER),
        (EQUAL, 5, 0, clone3),
        (EQUAL, 1, 0, clone),
        (EQUAL, 0, 2, unshare),
        (LOAD, 0, 0, FLAGS),
        (ANY_BIT, 2, 0, CLONE_NEWUSER),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE | errno.ENOSYS),  # clone3's flags are out of a filter's sight
        (RETURN, 0, 0, REFUSE | errno.EPERM),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


class _Program(ctypes.Structure):
    """The kernel's struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def main() -> None:
    """Run the command that the arguments are behind the filter, without setting no_new_privs as setpriv would.

    Needs CAP_SYS_ADMIN.
    """
    steps = program()
    loaded = _Program(len(steps) // struct.calcsize("=HBBI"), steps)
    if ctypes.CDLL(None).prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(loaded), 0, 0) != 0:
        sys.exit("the kernel didn't take the filter")
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606


if __name__ == "__main__":
    main()
