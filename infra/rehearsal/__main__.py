"""`python -m infra.rehearsal`: the cloud, rehearsed here. scripts/rehearse sets everything up and runs this."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Final, NoReturn

from functions.core.cors import Origins
from infra.local import command_line
from infra.local.images.store import Store
from infra.local.state import open_state
from infra.rehearsal import account
from infra.rehearsal.account import Quotas
from infra.rehearsal.moto_process import MotoProcess

COMMAND: Final = "scripts/rehearse"


def main() -> NoReturn:
    """Parse the command line and serve, then exit: 1 with a sentence on stderr where that isn't possible."""
    command_line.hear_signals()
    arguments, origins = _parse()
    if arguments.new_account:
        arguments.state_dir.mkdir(parents=True, exist_ok=True)
    moto = MotoProcess(arguments.aws_log, arguments.new_account, arguments.state_dir / account.REPORT)
    try:
        code = _serve(arguments, origins, moto)
    finally:
        moto.stop()
    sys.stdout.flush()
    os._exit(code)  # requests that were waiting for jobs are threads that would hold the process for minutes


def _parse() -> tuple[argparse.Namespace, Origins]:
    description = "Serve the API on this machine as the cloud would, with moto in place of AWS."
    parser = command_line.parser(COMMAND, description, ".rehearsal", "keys")
    parser.add_argument(
        "--cold",
        type=command_line.seconds,
        nargs="?",
        const=0.0,
        metavar="SECONDS",
        help="no warm pools: each job gets a worker of its own, started when it has been submitted, as on Fargate, "
        "and SECONDS later than could be (Fargate: 25 to 60; default: 0)",
    )
    parser.add_argument(
        "--reuse",
        type=command_line.seconds,
        metavar="SECONDS",
        help="a worker that has run a job goes on with jobs of the same customer alone, and waits so long for each "
        "(the setting `reuse`)",
    )
    parser.add_argument(
        "--new-account",
        type=_quotas,
        nargs="?",
        const=Quotas(),
        metavar="UNITS",
        help="the quotas of a new AWS account: 10 functions at once (of which 4 wait), 6 vCPUs of tasks, and 4,000 "
        "(or UNITS) write units a second of each table; without warm pools, as --cold. How much was used is written "
        f"to {account.REPORT} and {account.FUNCTIONS_REPORT} in the state directory",
    )
    parser.add_argument("--aws-log", type=Path, metavar="FILE", help="write every AWS call's operation to this file")
    parser.add_argument(
        "--template",
        type=Path,
        metavar="FILE",
        help="have CloudFormation make the tables, queues and bucket of this template, instead of the project's own",
    )
    arguments = parser.parse_args()
    return arguments, command_line.origins(parser, arguments)


def _quotas(text: str) -> Quotas:
    """Read a number of write units a second. Raises ValueError."""
    return Quotas(write_units=float(text))


def _serve(arguments: argparse.Namespace, origins: Origins, moto: MotoProcess) -> int:
    # Loading this takes as long as moto takes to load in its process: so it is done meanwhile.
    from infra.rehearsal import service  # noqa: PLC0415
    from runtime_images.worker.sandbox.contract import SandboxUnavailableError  # noqa: PLC0415

    try:
        options = service.Options(
            host=arguments.host,
            port=arguments.port,
            workers=arguments.workers,
            state=open_state(arguments.state_dir.absolute()),
            images=Store(arguments.images),
            cold=0.0 if arguments.new_account and arguments.cold is None else arguments.cold,
            quotas=arguments.new_account,
            reuse=arguments.reuse,
            template=arguments.template,
            origins=origins,
            webhooks=command_line.webhook_rules(arguments),
        )
        service.serve(options, moto)
    except (SandboxUnavailableError, OSError) as error:
        sys.stderr.write(f"{COMMAND}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    main()
