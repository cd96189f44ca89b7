"""Where Python waits for its job, if it was started before that is there: before it opens the program.

PYTHONPATH leads here (language.toml); what it changes is undone, and the interpreter's own sitecustomize, if there is
one, has its turn. See sandbox/handover.py for what comes by descriptor 98 and what goes by 99.
"""

import os
import sys


def _step_aside():
    """Leave no trace of how Python came here; return its own sitecustomize's failure, if any."""
    folder = os.path.dirname(__file__)
    os.environ.pop("PYTHONPATH")
    sys.path.remove(folder)
    sys.path_importer_cache.pop(folder, None)
    del sys.modules["sitecustomize"]
    try:
        import sitecustomize  # noqa: F401
    except Exception as error:
        return error
    return None


def _wait():
    """Wait, and take the job's arguments and variables over."""
    os.write(99, b"\0")
    os.close(99)
    data = b""
    while part := os.read(98, 1 << 18):
        data += part
    os.close(98)
    if not data:
        os._exit(1)
    count, *words, _ = data.split(b"\0")
    arguments = [os.fsdecode(word) for word in words[: int(count)]]
    sys.argv += arguments
    if hasattr(sys, "orig_argv"):  # from Python 3.10 on
        sys.orig_argv += arguments
    for word in words[int(count) :]:
        name, given, value = word.partition(b"=")
        if given:
            os.environb[name] = value
        else:
            os.environb.pop(name, None)


_failure = _step_aside()
_wait()
if _failure:
    raise _failure
