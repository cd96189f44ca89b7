"""What the command lines of the service and of the rehearsal have in common."""

from __future__ import annotations

import argparse
import math
import os
import signal
from pathlib import Path

from functions.core.cors import Origins
from functions.core.webhooks import WebhookRules
from infra.local.images.store import default_folder


def parser(command: str, description: str, state_dir: str, kept: str) -> argparse.ArgumentParser:
    """Return a parser with the options of both; `kept`: what the state folder holds."""
    made = argparse.ArgumentParser(prog=command, description=description)
    made.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    made.add_argument("--port", type=int, default=8787, help="port to listen on (default: %(default)s)")
    made.add_argument(
        "--workers",
        type=positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="jobs that run at once (default: the cores, %(default)s)",
    )
    made.add_argument(
        "--state-dir",
        type=Path,
        default=Path(state_dir),
        metavar="DIR",
        help=f"where {kept} are kept (default: %(default)s)",
    )
    made.add_argument(
        "--images",
        type=Path,
        default=default_folder(),
        metavar="DIR",
        help="where scripts/images keeps images; languages without one are the machine's own (default: %(default)s)",
    )
    made.add_argument(
        "--cors-origin",
        dest="origins",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let pages of this origin, such as https://app.example.org, call the API from browsers; * is every one; "
        "may be given several times (default: none)",
    )
    made.add_argument(
        "--webhook-http",
        action="store_true",
        help="let webhooks go to http:// URLs, too, which anybody may read",
    )
    made.add_argument(
        "--webhook-private",
        action="store_true",
        help="let webhooks go to this machine and to private networks, for customers who may reach those anyway",
    )
    return made


def origins(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> Origins:
    """Return the origins that were named; one that is none ends the program with a sentence."""
    try:
        return Origins.parse(arguments.origins)
    except ValueError as error:
        parser.error(f"--cors-origin: {error}")


def webhook_rules(arguments: argparse.Namespace) -> WebhookRules:
    """Return what a command line says of webhooks."""
    return WebhookRules(http=arguments.webhook_http, private=arguments.webhook_private)


def hear_signals() -> None:
    """Whoever starts this may have signals blocked, or ignore that a child has ended, which it lives by."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def positive(text: str) -> int:
    """Read a whole number from 1. Raises ValueError."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def seconds(text: str) -> float:
    """Read a number of seconds from 0. Raises ValueError."""
    number = float(text)
    if not 0 <= number < math.inf:
        raise ValueError(text)
    return number
