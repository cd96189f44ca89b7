"""What a program starts from, whatever the service was started from: by hand, by a script, or hardened by systemd.

What is set here the spawner passes on to all that it starts. A program's signals are set with its start, its limits
by prlimit; its environment and its files are made from nothing. Imports little: the spawner does.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import Final

from runtime_images.worker.sandbox import linux

UMASK: Final = 0o022
TIMER_SLACK: Final = 50_000  # nanoseconds, the kernel's own default


def reset() -> None:
    """Make this process as ordinary as a shell's after a login; what only root may change stays for another user."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # ignored, it would bury children before they are waited for
    os.umask(UMASK)
    os.sched_setaffinity(0, range(os.sysconf("SC_NPROCESSORS_CONF")))  # less what a control group takes away
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, 0)
    linux.prctl(linux.PR_SET_TIMERSLACK, TIMER_SLACK)
    linux.prctl(linux.PR_SET_THP_DISABLE, 0)
    linux.reset_personality()
