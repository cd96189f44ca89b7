"""`python -m infra.local`: serve the API on this machine. scripts/local sets everything up and runs this."""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from functions.embedded.database import DatabaseError
from infra.local import service
from infra.local.images.store import Store, default_folder
from infra.local.state import open_state
from runtime_images.worker.sandbox.contract import SandboxUnavailableError


def main() -> NoReturn:
    """Parse the command line and serve, then exit: 1 with a sentence on stderr where that isn't possible."""
    _hear_signals()
    arguments = _parse()
    code = _serve(arguments)
    sys.stdout.flush()
    os._exit(code)  # a request that still cancels a job is a thread that would hold the process for seconds


def _hear_signals() -> None:
    """Whoever starts this may have signals blocked, or ignore that a child has ended, which it lives by."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/local", description="Serve the API on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8787, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--workers",
        type=_positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="jobs that run at once (default: the cores, %(default)s)",
    )
    parser.add_argument(
        "--state-dir",
        type=Path,
        default=Path(".local"),
        metavar="DIR",
        help="where jobs, keys and files are kept (default: .local)",
    )
    parser.add_argument(
        "--durable",
        action="store_true",
        help="have each accepted job on the disk itself before it is answered, so that it survives a loss of power; "
        "without it, what was accepted survives the death of every process",
    )
    parser.add_argument(
        "--grace",
        type=_seconds,
        default=0.0,
        metavar="SECONDS",
        help="at SIGTERM or Ctrl-C, let jobs that run go on for so long; a second signal ends it (default: 0)",
    )
    parser.add_argument(
        "--public-url",
        type=_url,
        metavar="URL",
        help="where clients reach the service, if not at its own address: the links to files begin with it",
    )
    parser.add_argument(
        "--images",
        type=Path,
        default=default_folder(),
        metavar="DIR",
        help="where scripts/images keeps images; languages without one are the machine's own (default: %(default)s)",
    )
    return parser.parse_args()


def _serve(arguments: argparse.Namespace) -> int:
    try:
        options = service.Options(
            host=arguments.host,
            port=arguments.port,
            workers=arguments.workers,
            state=open_state(arguments.state_dir.absolute()),
            images=Store(arguments.images),
            durable=arguments.durable,
            grace_seconds=arguments.grace,
            public_url=arguments.public_url,
        )
        service.serve(options)
    except (SandboxUnavailableError, DatabaseError, OSError) as error:
        sys.stderr.write(f"scripts/local: {error}\n")
        return 1
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < math.inf:
        raise ValueError(text)
    return number


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError(text)
    return text.rstrip("/")


if __name__ == "__main__":
    main()
