"""python -m client: runs code on the service that UNSANDBOX_BASE_URL names, and looks after its jobs."""

from __future__ import annotations

import argparse
import base64
import os
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from client import artifacts, languages
from client.api import Account, Api, ApiError
from client.follow import follow

# The client's own exit codes; all others are the program's. As timeout(1), docker-run(1) and shells have them.
TIMED_OUT: Final = 124
FAILED: Final = 125
CANCELLED: Final = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    options = _parser().parse_args(argv)
    try:
        code: int = options.command(Api(Account.from_environment()), options)
    except (ApiError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return CANCELLED
    return code


def run(api: Api, options: argparse.Namespace) -> int:
    """Run a file and show what it prints."""
    submission = _submission(api, options)
    job_id = api.post("/execute/async", submission, once=str(uuid.uuid4()))["job_id"]
    return _ended(follow(api, job_id), options.output)


def attach(api: Api, options: argparse.Namespace) -> int:
    """Follow a job that is there."""
    return _ended(follow(api, options.job_id), options.output)


def jobs(api: Api, _: argparse.Namespace) -> int:
    """List the key's jobs."""
    for job in api.get("/jobs")["jobs"]:
        print(job["job_id"], f"{job['status']:9}", f"{job['language']:12}", job["submitted_at"])
    return 0


def cancel(api: Api, options: argparse.Namespace) -> int:
    """Cancel a job and show what it had printed."""
    answer = api.delete(f"/jobs/{options.job_id}")
    sys.stdout.write(answer["stdout"])
    sys.stderr.write(answer["stderr"])
    return 0


def list_languages(api: Api, _: argparse.Namespace) -> int:
    """List the languages, each with its extensions; what isn't available says why."""
    for language, facts in api.get("/languages?details=true")["details"].items():
        extensions = " ".join(f".{each}" for each in facts["extensions"])
        reason = "" if facts["available"] else f"not available: {facts['unavailable_reason']}"
        print(f"{language:12} {facts['version']:10} {extensions:24} {reason}".rstrip())
    return 0


def _submission(api: Api, options: argparse.Namespace) -> dict[str, Any]:
    if options.file == "-" and options.stdin:
        message = "standard input can be the program or its input, not both"
        raise ApiError(message)
    try:
        code = sys.stdin.read() if options.file == "-" else Path(options.file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        message = f"{options.file} is not UTF-8 text"
        raise ApiError(message) from None
    fields: dict[str, Any] = {
        "language": options.language or languages.of_file(api, options.file, code),
        "code": code,
        "env": dict(map(_variable, options.env)),
        "args": options.args,
        "input_files": [
            {"filename": path.name, "content": base64.b64encode(path.read_bytes()).decode()} for path in options.input
        ],
        "return_artifact": options.artifacts,
        "stdin": sys.stdin.read() if options.stdin else "",
    }
    if options.network:
        fields["network_mode"] = options.network
    if options.ttl:
        fields["ttl"] = options.ttl
    return fields


def _variable(text: str) -> tuple[str, str]:
    """Return NAME=VALUE's parts; of NAME alone, the caller's own value."""
    name, equals, value = text.partition("=")
    return name, value if equals else os.environ.get(name, "")


def _ended(result: dict[str, Any], output: Path) -> int:
    """Save the artifacts, say what went wrong, and return the exit code."""
    for path in artifacts.save(result["artifacts"], output):
        print(f"wrote {path}", file=sys.stderr)
    for stream in ("stdout", "stderr"):
        if result[f"{stream}_truncated"]:
            print(f"{stream} was longer than the service keeps", file=sys.stderr)
    if result["error"]:
        print(f"error: {result['error']}", file=sys.stderr)
    if result["exit_code"] >= 0:
        code: int = result["exit_code"]
        return code
    return {"timeout": TIMED_OUT, "cancelled": CANCELLED}.get(result["status"], FAILED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m client",
        description="Run code on the service that UNSANDBOX_BASE_URL names, with UNSANDBOX_SECRET_KEY and, to sign "
        "requests, UNSANDBOX_PUBLIC_KEY.",
        epilog=f"The exit code is the program's; {TIMED_OUT} after its time was up, {FAILED} when the client or the "
        f"service failed, {CANCELLED} when it was cancelled.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _run_parser(commands.add_parser("run", help="run a file; Ctrl-C cancels it"))
    following = _command(commands, "attach", attach, "follow a job until it ends")
    following.add_argument("job_id")
    _output(following)
    _command(commands, "jobs", jobs, "list pending and running jobs")
    _command(commands, "cancel", cancel, "end a job; shows what it had printed").add_argument("job_id")
    _command(commands, "languages", list_languages, "list what can be run")
    return parser


def _command(commands: Any, name: str, function: Any, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary)
    parser.set_defaults(command=function)
    return parser


def _run_parser(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=run)
    add = parser.add_argument
    add("-l", "--language", help="instead of what the file's extension or shebang says")
    add("-e", "--env", action="append", default=[], metavar="NAME[=VALUE]", help="a variable of the program")
    add("-f", "--input", action="append", default=[], type=Path, metavar="FILE", help="a file to put beside it")
    add("-a", "--artifacts", action="store_true", help="bring back the binary, and what it leaves in $ARTIFACTS_DIR")
    _output(parser)
    add("-n", "--network", metavar="MODE", help="zerotrust (nothing, the default) or semitrusted (the internet)")
    add("--ttl", type=int, metavar="SECONDS", help="how long it may take, 1 to 900 (default: 60)")
    add("--stdin", action="store_true", help="pass on this command's standard input")
    add("file", help="the program; - is standard input")
    add("args", nargs=argparse.REMAINDER, help="the program's arguments")


def _output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("artifacts"), metavar="FOLDER", help="of artifacts (./artifacts)"
    )


if __name__ == "__main__":
    sys.exit(main())
