"""`python -m infra.local`: serve the API on this machine. scripts/local sets everything up and runs this."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from typing import Final, NoReturn

from functions.core.cors import Origins
from functions.embedded.database import DatabaseError
from infra.local import command_line, service
from infra.local.images.store import Store
from infra.local.state import open_state
from runtime_images.worker.sandbox.contract import SandboxUnavailableError

COMMAND: Final = "scripts/local"
FAILED: Final = 1
AFTERWARDS: Final = "what was accepted goes on after the next start"


def main() -> NoReturn:
    """Parse the command line and serve, then exit: 1 with a sentence on stderr where that isn't possible."""
    command_line.hear_signals()
    code = _serve(*_parse())
    sys.stdout.flush()
    os._exit(code)  # a request that still cancels a job is a thread that would hold the process for seconds


def _parse() -> tuple[argparse.Namespace, Origins]:
    parser = command_line.parser(COMMAND, "Serve the API on this machine.", ".local", "jobs, keys and files")
    parser.add_argument(
        "--durable",
        action="store_true",
        help="have each accepted job on the disk itself before it is answered, so that it survives a loss of power; "
        "without it, what was accepted survives the death of every process",
    )
    parser.add_argument(
        "--grace",
        type=command_line.seconds,
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
    arguments = parser.parse_args()
    return arguments, command_line.origins(parser, arguments)


def _serve(arguments: argparse.Namespace, origins: Origins) -> int:
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
            origins=origins,
            webhooks=command_line.webhook_rules(arguments),
        )
        return 0 if service.serve(options) else FAILED
    except (SandboxUnavailableError, DatabaseError, OSError) as error:
        sys.stderr.write(f"{COMMAND}: {error}\n")
        return FAILED
    except BaseException as error:  # noqa: BLE001  # whatever it is, it is said, and the exit code is ours
        traceback.print_exc()
        sys.stderr.write(f"{COMMAND}: the service has failed ({type(error).__name__}: {error}); {AFTERWARDS}\n")
        return FAILED


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError(text)
    return text.rstrip("/")


if __name__ == "__main__":
    main()
