"""python -m client: runs code on the service that UNSANDBOX_BASE_URL names, and looks after its jobs."""

from __future__ import annotations

import argparse
import io
import os
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from client import artifacts, batches, cases
from client.api import Account, Api, ApiError
from client.follow import follow
from client.forward import forward
from client.submission import submission_of

# The client's own exit codes; all others are the program's. As timeout(1), docker-run(1) and shells have them.
TIMED_OUT: Final = 124
FAILED: Final = 125
CANCELLED: Final = 130
PIPE_CLOSED: Final = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    options = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a program may print what this terminal can't show
    try:
        code: int = options.command(Api(Account.from_environment()), options)
        sys.stdout.flush()
    except BrokenPipeError:  # who read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except ApiError as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"error: {error.filename or 'the system'}: {error.strerror}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return CANCELLED
    return code


def run(api: Api, options: argparse.Namespace) -> int:
    """Run a file and show what it prints, or how its tests went."""
    submission = submission_of(api, options)
    if options.tests:
        submission["tests"] = cases.read(options.tests)
        submission |= {"compare": "exact" if options.exact else "trimmed", "stop_on_failure": options.stop}
    job_id = api.post("/execute/async", submission, once=str(uuid.uuid4()))["job_id"]
    try:
        if options.interactive:
            forward(api, job_id, sys.stdin.fileno())
        result = follow(api, job_id)
    except ApiError as error:
        message = f"{error} The job goes on; follow it with: attach {job_id}"
        raise ApiError(message) from error
    if "tests" in result:
        cases.show(submission["tests"], result["tests"])
    return _ended(result, options.output)


def batch(api: Api, options: argparse.Namespace) -> int:
    """Run files, all submitted at once, and show what each printed as it ends; 0 where all end well."""
    submissions = [submission_of(api, options, file) for file in options.files]
    return batches.run(api, dict(zip(options.files, submissions, strict=True)))


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
    details = api.get("/languages?details=true")["details"]
    width = max(len(facts["version"]) for facts in details.values())
    for language, facts in details.items():
        extensions = " ".join(f".{each}" for each in facts["extensions"])
        reason = "" if facts["available"] else f"not available: {facts['unavailable_reason']}"
        print(f"{language:12} {facts['version']:{width}} {extensions:24} {reason}".rstrip())
    return 0


def webhook_secret(api: Api, _: argparse.Namespace) -> int:
    """Print what webhooks are signed with that name no secret of their own."""
    print(api.webhook_secret)
    return 0


def _ended(result: dict[str, Any], output: Path) -> int:
    """Save the artifacts, say what went wrong, and return the exit code."""
    for path in artifacts.save(result["artifacts"], output):
        print(f"wrote {path}", file=sys.stderr)
    for reason, count in result.get("artifacts_left_out", {}).items():
        print(f"not brought back: {count} ({reason})", file=sys.stderr)
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
    _run_parser(
        commands.add_parser(
            "run",
            help="run a file; Ctrl-C cancels it",
            description="Run a file and show what it prints as it comes. Ctrl-C cancels it.",
            epilog="Such as: run -f data.csv --ttl 10 hello.py you; or: echo 'puts 1' | run -l ruby -",
        )
    )
    several = _command(commands, "batch", batch, "run several files at once")
    _program(several)
    several.add_argument("files", nargs="+", metavar="FILE", help="a program")
    following = _command(commands, "attach", attach, "follow a job until it ends")
    following.add_argument("job_id")
    _output(following)
    _command(commands, "jobs", jobs, "list pending and running jobs")
    _command(commands, "cancel", cancel, "end a job; shows what it had printed").add_argument("job_id")
    _command(commands, "languages", list_languages, "list what can be run")
    _command(commands, "webhook-secret", webhook_secret, "print what webhooks are signed with")
    return parser


def _command(commands: Any, name: str, function: Any, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
    parser.set_defaults(command=function)
    return parser


def _run_parser(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=run)
    _program(parser)
    add = parser.add_argument
    add("-a", "--artifacts", action="store_true", help="bring back the binary, and what it leaves in $ARTIFACTS_DIR")
    _output(parser)
    add("--stdin", action="store_true", help="pass on this command's standard input")
    add("-i", "--interactive", action="store_true", help="pass it on as it comes, while the program runs")
    add(
        "--tests", type=Path, metavar="PATH", help="run it for each: a JSON list, or a folder of NAME.in and NAME.out"
    )
    add("--stop", action="store_true", help="run no test after one that didn't pass")
    add("--exact", action="store_true", help="compare white space at the ends of lines of what tests print, too")
    add("file", help="the program; - is standard input")
    add("args", nargs=argparse.REMAINDER, help="the program's arguments")


def _program(parser: argparse.ArgumentParser) -> None:
    """Let it be said how programs are run."""
    parser.set_defaults(artifacts=False, stdin=False, interactive=False, args=[])
    add = parser.add_argument
    add("-l", "--language", help="instead of what the file's extension or shebang says")
    add("-e", "--env", action="append", default=[], metavar="NAME[=VALUE]", help="a variable of the program")
    add("-f", "--input", action="append", default=[], type=Path, metavar="FILE", help="a file to put beside it")
    add("-n", "--network", metavar="MODE", help="zerotrust (nothing, the default) or semitrusted (the internet)")
    add("--ttl", type=int, metavar="SECONDS", help="how long it may take, 1 to 900 (default: 60)")
    add("--webhook", metavar="URL", help="where the service tells of the end")


def _output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("artifacts"), metavar="FOLDER", help="of artifacts (./artifacts)"
    )


if __name__ == "__main__":
    sys.exit(main())
