"""Imported by the process that workers fork from, and by no other: has it end with the service, in whatever state.

It is told so by a pipe as well, but not while it is stopped. Its workers end with it.
"""

import signal

from runtime_images.worker.sandbox import linux

linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
