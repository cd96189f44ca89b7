"""The few Linux calls that Python's standard library lacks."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MS_RDONLY: Final = 1
MS_NOSUID: Final = 2
MS_NODEV: Final = 4
MS_NOEXEC: Final = 8
MS_REMOUNT: Final = 32
MS_BIND: Final = 4096
MS_REC: Final = 16384
MS_PRIVATE: Final = 1 << 18
MNT_DETACH: Final = 2
CLONE_NEWNS: Final = 0x20000
CLONE_NEWUSER: Final = 0x10000000
PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_TIMERSLACK: Final = 29
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38
PR_SET_THP_DISABLE: Final = 41

_CAPABILITY_VERSION: Final = 0x20080522


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount_tmpfs(target: Path, size: int, inodes: int) -> None:
    """Mount an empty file system in memory: at most `size` bytes and `inodes` files. Raises OSError."""
    options = f"size={size},nr_inodes={inodes},mode=0711".encode()
    flags = ctypes.c_ulong(MS_NOSUID | MS_NODEV)
    _check(_libc().mount(b"tmpfs", os.fsencode(target), b"tmpfs", flags, options), f"mount {target}")


def bind(source: Path, target: Path) -> None:
    """Show a folder in a second place. Raises OSError."""
    flags = ctypes.c_ulong(MS_BIND | MS_REC)
    _check(_libc().mount(os.fsencode(source), os.fsencode(target), None, flags, None), f"bind {source}")


def mount_terminals(target: Path) -> None:
    """Mount a file system of pseudoterminals, /dev/pts, in which there is none yet. Raises OSError."""
    flags = ctypes.c_ulong(MS_NOSUID | MS_NOEXEC)
    options = b"newinstance,ptmxmode=0666,mode=620"
    _check(_libc().mount(b"devpts", os.fsencode(target), b"devpts", flags, options), f"mount {target}")


def make_read_only(top: Path) -> None:
    """Make a mount and all below it read-only, without devices and without programs that change users.

    Raises OSError.
    """
    for target, options in _mounts_of(top):
        # A user namespace may not take away what the mount has already; times of access stay as they are.
        kept = MS_NOEXEC if "noexec" in options else 0
        flags = ctypes.c_ulong(MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | kept)
        _check(_libc().mount(None, os.fsencode(target), None, flags, None), f"mount {target} read-only")


def overlay(folder: Path, lower: Sequence[str], target: Path) -> None:
    """Show folders laid over each other, read-only. Raises OSError where the kernel doesn't allow that.

    `lower` are names in `folder`, the topmost first: the mount tells these names to everybody, and no path.
    The process must have one thread only.
    """
    flags = ctypes.c_ulong(MS_RDONLY | MS_NOSUID | MS_NODEV)
    with contextlib.chdir(folder):
        options = f"lowerdir={':'.join(lower)}".encode()
        _check(_libc().mount(b"overlay", os.fsencode(target), b"overlay", flags, options), f"overlay {target}")


def unshare(flags: int) -> None:
    """Give this thread namespaces of its own. Raises OSError."""
    _check(_libc().unshare(flags), "unshare")


def own_mounts() -> None:
    """Give this process mounts of its own, which go with it; an ordinary user also becomes root over them.

    The process must have one thread only. Raises OSError where the kernel doesn't allow that.
    """
    user, group = os.geteuid(), os.getegid()
    flags = CLONE_NEWNS if is_real_root() else CLONE_NEWNS | CLONE_NEWUSER
    unshare(flags)
    if flags & CLONE_NEWUSER:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _check(_libc().mount(None, b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None), "make mounts private")


def unmount(target: Path) -> None:
    """Take a file system away, with all that is in it. Raises OSError."""
    _check(_libc().umount2(os.fsencode(target), MNT_DETACH), f"umount {target}")


def unmount_below(folder: Path) -> None:
    """Take away all that is mounted below a folder. Raises OSError."""
    for place, _ in reversed(_mounts_of(folder)):
        if place != folder.resolve():
            unmount(place)


def _mounts_of(top: Path) -> list[tuple[Path, list[str]]]:
    """Return where something is mounted, at `top` or below, and with what options; in the order of proc(5)."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines():
        escaped, options = line.split(" ")[4:6]
        place = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), escaped))
        if place.is_relative_to(top.resolve()):
            found.append((place, options.split(",")))
    return found


def process_stat(pid: int) -> list[bytes]:
    """Return a process's state and the fields that follow it in /proc/<pid>/stat; see proc(5). Raises OSError."""
    return read(f"/proc/{pid}/stat").rpartition(b")")[2].split()


def read(path: str) -> bytes:
    """Return a file's bytes. Raises OSError. It takes a third of Path's time, which counts where each job pays."""
    with open(path, "rb", 0) as file:  # noqa: PTH123
        return file.read()


def is_alive(pid: int) -> bool:
    """Whether there is such a process: a zombie, which nobody has waited for yet, isn't alive."""
    try:
        return process_stat(pid)[0] not in b"ZX"
    except OSError:
        return False


def prctl(option: int, value: int) -> None:
    """Set a property of this process. Raises OSError."""
    _check(_libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0), f"prctl {option}")


def reset_personality() -> None:
    """Have this process, and what it starts, behave as Linux's own: addresses at random, the machine's true name."""
    _check(min(_libc().personality(ctypes.c_ulong(0)), 0), "personality")


@contextmanager
def file_user(user: int, group: int) -> Iterator[None]:
    """Have this thread's use of files judged as that user's; where we may not become him, nothing changes."""
    libc = _libc()
    libc.setfsgid(group)
    libc.setfsuid(user)
    try:
        yield
    finally:
        libc.setfsuid(os.geteuid())
        libc.setfsgid(os.getegid())


def become(user: int) -> None:
    """Make this process a user's, for good. For root. Raises OSError."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def drop_capabilities() -> None:
    """Give up every capability of this process for good. Raises OSError."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    _check(_libc().capset(header, (ctypes.c_uint32 * 6)()), "capset")


def is_real_root() -> bool:
    """Whether this process is root of the machine (or container), not only of a user namespace."""
    if os.geteuid() != 0:
        return False
    inside, outside, count = Path("/proc/self/uid_map").read_text("ascii").split()[:3]
    return (inside, outside) == ("0", "0") and int(count) > 1
