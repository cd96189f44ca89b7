"""The spawner: a small process that starts programs for a worker and reads their artifacts.

A program's peak memory counts from the process that started it, and a worker is large: started by a worker, a
program of 3 MB would be charged 60. The spawner imports little, has no threads (so it may fork), adopts what a
program leaves behind, and dies with its worker.

It reads one JSON request a message from the socket that is its descriptor 0, file descriptors attached, and
answers each with one JSON message.
"""

from __future__ import annotations

import array
import fcntl
import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from runtime_images.worker.sandbox import keeper, linux, origin, reader

MESSAGE_BYTES: Final = 1 << 20
MOST_DESCRIPTORS: Final = 16
END_SECONDS: Final = 1
LOOK_SECONDS: Final = 0.0002
# From the worker; and from the kernel, which continues it first, when it is stopped and its worker ends.
ENDING: Final = (signal.SIGTERM, signal.SIGHUP)
DEFAULT_SIGNALS: Final = signal.valid_signals()  # of which Python ignores two, and the service's starter perhaps more


def main() -> None:
    """Serve until the worker is gone; as another user, for good, if the command line names one."""
    origin.reset()
    for user in sys.argv[1:]:
        linux.become(int(user))
    for number in ENDING:
        signal.signal(number, _end)
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGTERM)
    linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    try:
        try:
            serve(socket.socket(fileno=0))
        finally:
            _ignore_endings()  # should one come before, it still ends below
    except ConnectionError:
        pass  # the worker has gone before its answer
    finally:
        end_children()


def _end(*_: object) -> None:
    _ignore_endings()  # a second one mustn't end the ending
    sys.exit()


def _ignore_endings() -> None:
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def serve(connection: socket.socket) -> None:
    """Serve until the worker is gone."""
    while True:
        data, descriptors = receive(connection)
        if not data:
            return
        request = json.loads(data)
        try:
            answer(connection, request, descriptors)
        finally:
            close(descriptors)


def close(descriptors: list[int]) -> None:
    """Close descriptors, once."""
    while descriptors:
        os.close(descriptors.pop())


def answer(connection: socket.socket, request: dict[str, Any], descriptors: list[int]) -> None:
    """Do what a request asks: start a program and report its end, or bury what it left."""
    if "argv" in request:
        run(connection, request, descriptors)
    elif "collect" in request:
        wanted = reader.Wanted(**request["collect"])
        in_child(connection, lambda: reader.read(wanted, *descriptors))
    elif "pack" in request or "unpack" in request:
        in_child(connection, lambda: keep(request, *descriptors))
    else:
        send(connection, {"usage": reap(os.WNOHANG)})


def run(connection: socket.socket, request: dict[str, Any], descriptors: list[int]) -> None:
    """Start a program with the descriptors as its 0, 1, 2, 3 …; report its pid, then how it ended.

    `last`, where it is there, are the numbers that the last of them get instead. Its limits are there when its pid is
    reported: one that waits for its input until then does nothing without them.
    """
    reap(os.WNOHANG)
    try:
        pid = spawn(request, descriptors)
    except OSError as error:
        send(connection, {"error": f"{request['argv'][0]}: {error.strerror or error}"})
        return
    close(descriptors)  # the program's alone: they end with it
    send(connection, {"pid": pid})
    _, status, usage = os.wait4(pid, 0)
    # Where what was started hands over to a child that outlives it, the child is the program.
    spending = reap(0) if request["family"] else spent(usage)
    send(connection, {"status": os.waitstatus_to_exitcode(status), "usage": spending})


def spawn(request: dict[str, Any], descriptors: Sequence[int]) -> int:
    """Start what is requested; return its pid. Raises OSError, and then nothing of it is left."""
    last: list[int] = request.get("last", [])
    targets = [*range(len(descriptors) - len(last)), *last]
    pid = os.posix_spawn(
        request["argv"][0],
        request["argv"],
        request["env"],
        file_actions=[(os.POSIX_SPAWN_DUP2, *move) for move in zip(descriptors, targets, strict=True)],
        setsid=True,  # a group of its own: signals to a group cross every other border
        setsigdef=DEFAULT_SIGNALS,
        setsigmask=(),
    )
    try:
        if limits := request.get("limits"):
            await_reading(pid)
        for kind, value in limits or ():
            resource.prlimit(pid, kind, (value, value))
    except OSError:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    return pid


def await_reading(pid: int) -> None:
    """Wait until a process that was just started sleeps, for it waits for its input. Raises OSError if it has ended.

    Until then it may still be in its exec, whose end puts back the limit of the stack that there was at its begin.
    """
    while (state := linux.process_stat(pid)[0]) != b"S":
        if state not in b"RD":
            message = "ended before it had its limits"
            raise ChildProcessError(message)
        time.sleep(LOOK_SECONDS)


def keep(request: dict[str, Any], root: int, other: int) -> None:
    """Pack up the files of the area `root` into a pipe, or lay them out from memory, without privilege."""
    keeper.give_up_privilege(request["user"])
    if "pack" in request:
        keeper.pack(request["pack"], root, other)
    else:
        keeper.unpack(root, other)


def in_child(connection: socket.socket, action: Callable[[], None]) -> None:
    """Have a child do something with a job's files, which gives up its privilege first; report how it ended."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            action()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    send(connection, {"status": os.waitstatus_to_exitcode(status)})


def reap(options: int) -> list[int]:
    """Bury all children, waiting for them (0) or not (WNOHANG); return the CPU they spent and their peak memory."""
    cpu_ms = max_memory_kb = 0
    with suppress(ChildProcessError):
        while (ended := os.wait4(-1, options))[0]:
            more_cpu_ms, memory_kb = spent(ended[2])
            cpu_ms, max_memory_kb = cpu_ms + more_cpu_ms, max(max_memory_kb, memory_kb)
    return [cpu_ms, max_memory_kb]


def end_children() -> None:
    """Kill and bury all that was started and all that is adopted, until there is none.

    Bubblewrap dies with this process, but what it has begun to make, and hasn't told to die with it, would stay.
    """
    signal.alarm(END_SECONDS)  # which ends this process, too, should a child not be to be killed
    with suppress(ChildProcessError):
        while True:
            for pid in Path("/proc/thread-self/children").read_bytes().split():
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(int(pid), signal.SIGKILL)
            os.waitpid(-1, 0)


def spent(usage: resource.struct_rusage) -> list[int]:
    """Return a process's CPU milliseconds and peak resident KiB, its buried children's included."""
    return [round((usage.ru_utime + usage.ru_stime) * 1000), usage.ru_maxrss]


def receive(connection: socket.socket) -> tuple[bytes, list[int]]:
    """Return the next message and its descriptors, above those that a program's own are moved to."""
    descriptors = array.array("i")
    space = socket.CMSG_LEN(MOST_DESCRIPTORS * descriptors.itemsize)
    data, ancillary, _, _ = connection.recvmsg(MESSAGE_BYTES, space, socket.MSG_CMSG_CLOEXEC)
    for level, kind, payload in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(payload[: len(payload) - len(payload) % descriptors.itemsize])
    return data, [_above(descriptor) for descriptor in descriptors]


def _above(descriptor: int) -> int:
    """Move a descriptor out of the way of the numbers that a program gets."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 100)
    os.close(descriptor)
    return moved


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one message."""
    connection.sendall(json.dumps(message).encode())


if __name__ == "__main__":
    main()
