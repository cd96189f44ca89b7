"""`python -m infra.rehearsal`: the cloud, rehearsed here. scripts/rehearse sets everything up and runs this."""

from __future__ import annotations

import argparse
import math
import os
import sys
from pathlib import Path
from typing import NoReturn

from infra.local.images.store import Store, default_folder
from infra.local.state import open_state
from infra.rehearsal.moto_process import MotoProcess


def main(command: str = "scripts/rehearse", folder: Path = Path(".rehearsal")) -> NoReturn:
    """Parse the command line and serve, then exit: 1 with a sentence on stderr where that isn't possible.

    `folder` is the state folder where none is named.
    """
    arguments = _parse(command, folder)
    moto = MotoProcess(arguments.aws_log)
    try:
        code = _serve(command, arguments, moto)
    finally:
        moto.stop()
    sys.stdout.flush()
    os._exit(code)  # requests that were waiting for jobs are threads that would hold the process for minutes


def _parse(command: str, folder: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=command, description="Serve the API on this machine as the cloud would, with moto in place of AWS."
    )
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
        default=folder,
        metavar="DIR",
        help="where keys are kept (default: %(default)s)",
    )
    parser.add_argument(
        "--cold",
        type=_seconds,
        nargs="?",
        const=0.0,
        metavar="SECONDS",
        help="no warm pools: each job gets a worker of its own, started when it has been submitted, as on Fargate, "
        "and SECONDS later than could be (Fargate: 25 to 60; default: 0)",
    )
    parser.add_argument("--aws-log", type=Path, metavar="FILE", help="write every AWS call's operation to this file")
    parser.add_argument(
        "--template",
        type=Path,
        metavar="FILE",
        help="have CloudFormation make the tables, queues and bucket of this template, instead of the project's own",
    )
    parser.add_argument(
        "--images",
        type=Path,
        default=default_folder(),
        metavar="DIR",
        help="where scripts/images keeps images; languages without one are the machine's own (default: %(default)s)",
    )
    return parser.parse_args()


def _serve(command: str, arguments: argparse.Namespace, moto: MotoProcess) -> int:
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
            cold=arguments.cold,
            template=arguments.template,
        )
        service.serve(options, moto)
    except (SandboxUnavailableError, OSError) as error:
        sys.stderr.write(f"{command}: {error}\n")
        return 1
    return 0


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < math.inf:
        raise ValueError(text)
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    main()
