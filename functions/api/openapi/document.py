"""The OpenAPI 3.1 document: what Powertools makes of routes and models, completed by what holds for all of them."""

from __future__ import annotations

import functools
import inspect
import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.event_handler.openapi.models import (
    APIKey,
    APIKeyIn,
    HTTPBearer,
    SecurityScheme,
    Server,
)
from pydantic import AliasChoices, BaseModel

from functions.api import errors
from functions.api.openapi import examples, webhooks
from functions.api.openapi.models import ErrorAnswer
from functions.api.openapi.routes import PUBLIC, SECURITY
from functions.core import limits
from functions.core.job import InputFile, Submission
from functions.core.webhooks import TRIES

if TYPE_CHECKING:
    from functions.api.resolver import Resolver

TITLE: Final = "Code execution API"
VERSION: Final = "1.0.0"
DESCRIPTION: Final = f"""\
Runs untrusted code in many languages, each job in a sandbox of its own.

    curl "$BASE_URL/execute" -H "Authorization: Bearer $SECRET_KEY" -H 'Content-Type: application/json' \\
        -d '{{"language": "python", "code": "print(6 * 7)"}}'

**Keys.** Send the secret key, as above. Or keep it to yourself and sign: `Authorization: Bearer` with the public key,
`X-Timestamp` with the Unix seconds, and `X-Signature` with the lowercase hex HMAC-SHA256, under the secret key, of
`{{timestamp}}:{{METHOD}}:{{path}}:{{body}}`, the body as raw bytes (none for GET and DELETE):

    time=$(date +%s) body='{{"language": "bash", "code": "echo hi"}}'
    signature=$(printf %s "$time:POST:/execute:$body" | openssl dgst -sha256 -hmac "$SECRET_KEY" -r | head -c 64)
    curl "$BASE_URL/execute" -H "Authorization: Bearer $PUBLIC_KEY" -H "X-Timestamp: $time" \\
        -H "X-Signature: $signature" -H 'Content-Type: application/json' -d "$body"

The path is signed with its query string or without; one that has `args` or `env` has to be signed. Where the text
begins with the line `Idempotency-Key:{{key}}`, the signature covers that header too. A key may ask for one job per
signature: a signed request that comes again, within the minutes that it is valid, is then a 409.

`GET /keys/self` says how many requests and jobs a key may have; the `X-RateLimit-` headers say what is left. With
an `Idempotency-Key` header a job can safely be submitted again: for 24 hours the same key and request give the first
one.

**Wait, or poll.** `/execute` and `/run` answer with the Result. `/execute/async` and `/run/async` answer at once with
a `job_id`: poll `GET /jobs/{{job_id}}` until its `status` is `completed`, `timeout` or `cancelled`; while it runs,
`partial` holds its output so far. A sync answer of `{{"job_id", "status": "running"}}` means that the line can't be
held any longer: poll likewise. Or follow: `GET /jobs/{{job_id}}/events` tells what happens as server-sent events, and
so do `/execute` and `/run` with `Accept: text/event-stream`. `/execute/batch` submits up to {limits.BATCH_JOBS}
programs at once, and `GET /jobs?ids=…` looks at as many.

**Tests.** With `tests`, a program is compiled once and run for each of up to {limits.TESTS}, each time in a fresh
place that holds what the compiler left (up to {limits.KEPT_BYTES // limits.MIB} MiB) and nothing of other runs. A
test passes where the program ends with exit code 0 and, with `expected_output`, prints that. `ttl` is then for the
compiler and all runs together; a test's own, {limits.TEST_TTL_DEFAULT} seconds by default, ends that test alone.
Tests that weren't run are `skipped`, and say why. `exit_code` is 0 where all passed, else 1. What tests are given and
expect has {limits.TESTS_BYTES // limits.MIB} MiB in all, and what they print 2 MiB a stream, each an equal share.

**Failures.** A program that fails, doesn't compile or takes too long is data: HTTP 200, and `success`, `exit_code`,
`stderr` and `error` tell. Every other failure is a 4xx or 5xx of one shape: `error` is a code for programs, `message`
says what to do, the `details` of a 422 name the fields. After 429 and 503, `Retry-After` says when to try again.

Every answer has an `X-Request-Id`: yours, if you send one, or a new one. The service's logs name it.
**Webhooks.** `webhook`, `{{"url", "secret"?}}`, has the Job POSTed to an address of yours when it has ended, however
it ends. The request is signed as Standard Webhooks says: its libraries verify it, with your secret or, where you
named none, with `whsec_` and the base64 of the HMAC-SHA256 of the word `webhook` under your secret key. Any 2xx is a
delivery. Else it is tried again, {TRIES} times in about an hour, with the same `webhook-id`; `webhook` in
`GET /jobs/{{job_id}}` says how far it has come. A delivery can come twice: remember the ids. Unless the operator
allows more, only public `https://` addresses are called. Redirects aren't followed.

**Limits.** Code and stdin: 1 MiB each. `ttl`: 1 to {limits.TTL_MAX} seconds, {limits.TTL_DEFAULT} unless said
otherwise. Input files: {limits.INPUT_FILES}, 5 MiB each, 10 MiB in all; a request that is too large for the line is a
413, and `/uploads` takes its files. Output: the first 2 MiB of each stream; what follows is dropped and flagged.
Artifacts: {limits.ARTIFACTS} files, 10 MiB in all; `artifacts_left_out` counts the others. A finished job can be read
for 24 hours; env, code and input files are deleted as soon as it ends. Unknown fields of a request are ignored;
`null` for an optional field means that it is absent. A request's body may be compressed: `Content-Encoding: gzip` or
`deflate`; a signature is over what is sent.

**Inside the sandbox.** The working directory is private and writable, is `HOME`, and holds the program and its input
files, which are also below `/tmp/input/`. What is left in `/tmp/artifacts` (`ARTIFACTS_DIR`) comes back with
`return_artifact`. There is no network unless `network_mode` is `semitrusted`. Everything is gone when the job ends.
"""
TAGS: Final = {
    "execute": "Run code that is sent as JSON.",
    "batch": "Submit many programs at once.",
    "run": "Run a script as it is, options in the query string.",
    "jobs": "Follow and cancel jobs.",
    "events": "Follow a job as it runs.",
    "stdin": "Answer a program that asks.",
    "languages": "What can be run here.",
    "keys": "What a key is and may do.",
    "uploads": "Input files too big to be sent inline.",
    "health": "Whether the service is up.",
    "openapi": "This document.",
    "pages": "The pages for people.",
}
SCHEMES: Final[dict[str, SecurityScheme]] = {
    "secret": HTTPBearer(description="`Authorization: Bearer unsb-sk-…`: the secret key, and nothing else."),
    "public_key": HTTPBearer(description="`Authorization: Bearer unsb-pk-…`: the public key, with a signature."),
    "timestamp": APIKey(name="X-Timestamp", in_=APIKeyIn.header, description="Unix seconds, at most 300 s off."),
    "signature": APIKey(
        name="X-Signature",
        in_=APIKeyIn.header,
        description="Lowercase hex HMAC-SHA256 of `{timestamp}:{METHOD}:{path}:{body}` with the secret key, over the "
        "raw bytes; the body is empty for GET and DELETE; the path with or without its query string, which args and "
        "env need. After a first line `Idempotency-Key:{key}` that header is covered too.",
    ),
}
RATE_HEADERS: Final = {
    "X-RateLimit-Limit": "requests that the key can have at once",
    "X-RateLimit-Remaining": "how many of them are left now",
    "X-RateLimit-Reset": "seconds until all of them are there again",
}
REQUEST_ID: Final = "what the request is found by in the service's logs: the client's own, where it sent one"
RETRY_AFTER: Final = "seconds after which to try again"
POWERTOOLS_SCHEMAS: Final = ("ValidationError", "HTTPValidationError", "ResponseValidationError")
REF: Final = "#/components/schemas/{model}"


@functools.cache
def text(resolver: Resolver) -> str:
    """Return the document as JSON; made at the first request for it."""
    return errors.encode(build(resolver))


def build(resolver: Resolver) -> dict[str, Any]:
    """Return the document."""
    made = resolver.get_openapi_json_schema(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        security_schemes=SCHEMES,
        security=SECURITY,
        servers=[Server(url=os.environ.get("BASE_PATH") or "/")],  # where API Gateway's stage is a folder of the URL
    )
    document: dict[str, Any] = json.loads(made)
    components = document["components"]
    for name in POWERTOOLS_SCHEMAS:
        components["schemas"].pop(name, None)
    error = ErrorAnswer.model_json_schema(ref_template=REF)
    components["schemas"] |= {**error.pop("$defs"), "ErrorAnswer": error}
    components["schemas"] |= webhooks.schemas(REF)
    document["webhooks"] = webhooks.PATHS
    for model in (Submission, InputFile):
        _spread_aliases(components["schemas"][model.__name__], model)
        _allow_nulls(components["schemas"][model.__name__])
    for name, example in examples.ANSWERS.items():
        components["schemas"][name]["examples"] = [example]
    components["headers"] = {
        name: {"description": meaning, "schema": {"type": "integer", "minimum": 0}}
        for name, meaning in {**RATE_HEADERS, "Retry-After": RETRY_AFTER}.items()
    }
    components["headers"]["X-Request-Id"] = {"description": REQUEST_ID, "schema": {"type": "string"}}
    components["responses"] = {f"Error{status}": _error_response(status) for status in errors.codes()}
    for operation, route in _operations(document, resolver):
        _complete(operation, route)
    document["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    return document


def _operations(document: dict[str, Any], resolver: Resolver) -> Iterator[tuple[dict[str, Any], Any]]:
    for route in resolver.routes():
        operation = document["paths"].get(route.openapi_path, {}).get(route.method.lower())
        if operation:
            yield operation, route


def _tag(route: Any) -> str:
    """Return the name of a route's group: its file's."""
    module: str = route.func.__module__
    return module.rpartition(".")[2]


def _complete(operation: dict[str, Any], route: Any) -> None:
    """Add what follows from the route: name and texts, the usual errors, the headers of answers to a key."""
    operation["operationId"] = route.func.__name__
    operation["tags"] = [_tag(route)]
    summary, _, description = inspect.cleandoc(route.func.__doc__ or "").partition("\n")
    operation["summary"], operation["description"] = summary, description.strip() or summary
    responses = operation["responses"]
    own = {status for status in route.responses if status >= 400}
    for_key = route.security != PUBLIC
    usual = {401, 429, 500, 503} if for_key else {500}
    if PUBLIC[0] in (route.security or []):
        usual.discard(401)
    if 422 not in own:
        responses.pop("422", None)  # Powertools gives it to every route
    for status in sorted(own | usual):
        responses[str(status)] = {"$ref": f"#/components/responses/Error{status}"}
    names = ["X-Request-Id", *(RATE_HEADERS if for_key else ())]
    responses["200"]["headers"] = {name: _header(name) for name in names}


def _error_response(status: int) -> dict[str, Any]:
    """Return the answer of an error status: its codes, and the headers that come with it."""
    codes = errors.codes()[status]
    schema = {
        "allOf": [{"$ref": "#/components/schemas/ErrorAnswer"}],
        "properties": {"error": {"enum": sorted(codes)}},
    }
    response: dict[str, Any] = {
        "description": " · ".join(sorted(codes)),
        "content": {
            "application/json": {
                "schema": schema,
                "examples": {code: {"value": {"error": code, "message": codes[code]}} for code in sorted(codes)},
            }
        },
    }
    headers = [*RATE_HEADERS, "Retry-After"] if status == 429 else ["Retry-After"] if status == 503 else []
    response["headers"] = {name: _header(name) for name in ("X-Request-Id", *headers)}
    return response


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}


def _spread_aliases(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Name every spelling that a field is accepted in; pydantic names the first alone."""
    for field in model.model_fields.values():
        if not isinstance(field.validation_alias, AliasChoices):
            continue
        first, *others = (str(choice) for choice in field.validation_alias.choices)
        for other in others:
            copy = {key: value for key, value in schema["properties"][first].items() if key != "title"}
            schema["properties"][other] = {**copy, "description": f"another name of {first}"}
        if first in schema.get("required", []):
            schema["required"].remove(first)
            schema.setdefault("anyOf", []).extend({"required": [name]} for name in (first, *others))


def _allow_nulls(schema: dict[str, Any]) -> None:
    """Say that an optional field may be null, which means that it is absent."""
    texts = ("title", "description", "default")
    for name, field in schema["properties"].items():
        if name in schema.get("required", []) or {"type": "null"} in field.get("anyOf", []):
            continue
        if "type" in field:
            field["type"] = [field["type"], "null"]
        else:
            kind = {key: field.pop(key) for key in list(field) if key not in texts}
            field["anyOf"] = [kind, {"type": "null"}]
