"""`python -m tests.local.sabotage PYTHON -m MODULE …`: run a module, one of whose threads dies at SIGUSR1.

SABOTAGE names the thread. It meets SystemExit, as if something in it had asked for the end, wherever it is.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys
import threading

import uvicorn


def kill(_number: int, _frame: object) -> None:
    """Have the thread die as soon as it runs Python code again; the main one, in the server's own turn."""
    if os.environ["SABOTAGE"] == "MainThread":
        uvicorn.Server.on_tick = _die  # type: ignore[assignment,method-assign]
        return
    [ident] = [thread.ident for thread in threading.enumerate() if thread.name == os.environ["SABOTAGE"]]
    assert ident
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(SystemExit))


async def _die(*_: object) -> bool:
    raise SystemExit


def main() -> None:
    """Be the module."""
    signal.signal(signal.SIGUSR1, kill)
    _, _, module, *arguments = sys.argv[1:]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
