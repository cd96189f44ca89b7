"""POST /run and /run/async: the body is the program itself, its language found from the shebang line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.event_handler.api_gateway import Router
from pydantic import TypeAdapter, ValidationError

from functions.api import running
from functions.api.answers import accepted
from functions.api.dependencies import services
from functions.api.errors import BadRequestError
from functions.api.idempotency import body_bytes
from functions.api.openapi.models import Accepted, ResultAnswer, StillRunning
from functions.api.openapi.routes import RUN, answers
from functions.core import shebang
from functions.core.errors import LanguageNotDetectedError
from functions.core.job import Submission

router = Router()

ERRORS: Final = (400, 409, 413, 415, 422)


@router.post("/run", responses=answers(ResultAnswer | StillRunning, *ERRORS, events=True), openapi_extensions=RUN)
def run() -> Any:
    """Run a script, wait, and answer with the Result and the language that was detected.

    The body is the program itself. Its first line names the language, as in `#!/usr/bin/env python3`, or by a
    tool that would fetch an interpreter, as `#!/usr/bin/env -S uv run --script` and `npx tsx` do, or in a
    comment, as `//usr/bin/env go run "$0"`; blank lines before it, a byte order mark and CRLF line ends are
    tolerated. What else a `#!` line says, the interpreter's options and env's variables, is done as the kernel
    and env would; what can't be is refused by name. Options of the job go into the query string.
    """
    submission = _submission()
    return running.run(router, submission, detected_language=submission.language)


@router.post("/run/async", responses=answers(Accepted, *ERRORS), openapi_extensions=RUN)
def run_async() -> dict[str, Any]:
    """Accept a script and answer with the job's id at once.

    As `/run`, but poll `GET /jobs/{job_id}` for the result, which has `detected_language`.
    """
    submission = _submission()
    job = running.submit(router, submission, awaited=False, detected_language=submission.language)
    return accepted(job)


def _submission() -> Submission:
    """Build the submission from the body and the query string. Raises LanguageNotDetectedError."""
    code = _plain(body_bytes(router.current_event).decode("utf-8"))
    language = services().catalog.detect(code)
    if code and language is None:
        message = (
            f"The first line names no known language{_named(code)}: begin with a shebang such as "
            "'#!/usr/bin/env python3', or name the language in POST /execute."
        )
        raise LanguageNotDetectedError(message)
    options = _options(router.current_event.resolved_query_string_parameters)
    return Submission.model_validate({**options, "language": language.id if language else "text", "code": code})


def _named(code: str) -> str:
    line = shebang.parse(code)
    return f" ({line.interpreter[:64]!r} is none)" if line else ""


def _plain(code: str) -> str:
    """Return a program with the line ends of a Unix editor, for shells and some interpreters choke on Windows' CRLF.

    Its `#!` line comes first, blank lines before it after it.
    """
    code = shebang.brought_first(code)
    return code.replace("\r\n", "\n") if code.partition("\n")[0].endswith("\r") else code


def _options(query: Mapping[str, list[str]]) -> dict[str, Any]:
    """Read the query string's options; Submission validates them. Raises BadRequestError."""
    options: dict[str, Any] = {}
    for name in ("network_mode", "network"):
        if name in query:
            options[name] = query[name][-1]
    if "ttl" in query:
        options["ttl"] = _scalar(int, query["ttl"][-1])
    for name in ("return_artifact", "return_artifacts", "return_wasm_artifact"):
        if name in query:
            options[name] = _scalar(bool, query[name][-1])
    if "env" in query:
        options["env"] = _json(query["env"][-1], "env")
    if "args" in query:
        args = query["args"]
        options["args"] = _json(args[0], "args") if len(args) == 1 and args[0].startswith("[") else args
    return options


def _scalar(kind: type[int] | type[bool], text: str) -> Any:
    """Return the number or truth value that a query parameter writes, or the text for Submission to refuse."""
    try:
        return TypeAdapter(kind).validate_python(text)
    except ValidationError:
        return text


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"The query parameter {name} must be URL-encoded JSON."
        raise BadRequestError(message) from error
