"""What endpoints say of themselves for the document."""

from __future__ import annotations

from typing import Any, Final

from functions.core import limits
from functions.core.fields import ENV_NAME

# The two ways to authenticate, each a set of security schemes; and the mark of routes that need none.
SECURITY: Final[list[dict[str, list[str]]]] = [{"secret": []}, {"public_key": [], "timestamp": [], "signature": []}]
# Not an empty list: Powertools' Router makes that None.
PUBLIC: Final[list[dict[str, list[str]]]] = [{}]
OPTIONAL: Final[list[dict[str, list[str]]]] = [*SECURITY, *PUBLIC]

# The mark of a route that starts a job, and so needs one of its key's slots.
RUNS: Final[dict[str, Any]] = {"x-counts-as-execution": True}

IDEMPOTENCY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key and request again within 24 h gives the first job, another request with it 409. "
    "A signature covers it where the signed text begins with the line `Idempotency-Key:{key}`.",
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,255}$"},
}


def _event(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a server-sent event, as tools that read OpenAPI take one."""
    content = {"type": "string", "contentMediaType": "application/json", "contentSchema": data}
    return {
        "type": "object",
        "properties": {"id": {"type": "string"}, "event": {"const": name}, "data": content},
        "required": ["id", "event", "data"],
    }


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_TEXT: Final = {"type": "string"}
_OUTPUT: Final = _object(offset={"type": "integer", "minimum": 0}, text={"type": "string", "minLength": 1})

EVENTS: Final[dict[str, Any]] = {
    "text/event-stream": {
        "schema": {
            "description": "Of each event.",
            "oneOf": [
                _event("status", _object(status={"enum": ["pending", "running"]}, job_id=_TEXT)),
                _event("stdout", _OUTPUT),
                _event("stderr", _OUTPUT),
                _event("result", {"$ref": "#/components/schemas/ResultAnswer"}),
                _event("error", _object(error=_TEXT, message=_TEXT, job_id=_TEXT)),
            ],
        },
        "example": 'id: 3-0-running\nevent: stdout\ndata: {"offset":0,"text":"42\\n"}\n\n',
    }
}


def answers(model: Any, *errors: int, events: bool = False) -> dict[int, Any]:
    """Return the `responses` of a route: its 200, and the errors that are its own (document.py adds the usual).

    `events`: it answers with a job's events, too, where those are asked for.
    """
    content = {"application/json": {"model": model}, **(EVENTS if events else {})}
    return {
        200: {"description": "OK", "content": content},
        **{status: {"description": "", "content": {}} for status in errors},
    }


def _query(name: str, description: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema, **more}


_MODE: Final = {"$ref": "#/components/schemas/NetworkMode"}
_BOOLEAN: Final = {"type": "boolean", "default": False}
_ENV: Final = {
    "type": "object",
    "maxProperties": limits.ENV_ENTRIES,
    "propertyNames": {"pattern": f"^{ENV_NAME}$"},
    "additionalProperties": {"type": "string"},
}

RUN: Final[dict[str, Any]] = {
    **RUNS,
    "parameters": [
        IDEMPOTENCY,
        _query("network_mode", "what the program may reach", _MODE),
        _query("network", "another name of network_mode", _MODE),
        _query(
            "ttl",
            "wall-clock seconds for compile and run together",
            {"type": "integer", "minimum": 1, "maximum": limits.TTL_MAX, "default": limits.TTL_DEFAULT},
        ),
        _query("return_artifact", "whether to return the binary and the files in /tmp/artifacts", _BOOLEAN),
        _query("return_artifacts", "another name of return_artifact", _BOOLEAN),
        _query("return_wasm_artifact", "whether to return the program as WebAssembly", _BOOLEAN),
        {
            "name": "env",
            "in": "query",
            "description": "environment of the program: a JSON object of strings, URL-encoded",
            "content": {"application/json": {"schema": _ENV, "example": {"NAME": "value"}}},
        },
        _query(
            "args",
            "the program's argv[1:]: the parameter repeated, or once as a URL-encoded JSON array",
            {"type": "array", "items": {"type": "string"}, "maxItems": limits.ARGS},
        ),
    ],
    "requestBody": {
        "required": True,
        "description": "the program, 1 byte to 1 MiB of UTF-8; its first line names the language",
        "content": {
            "text/plain": {
                "schema": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": limits.CODE_BYTES,
                    "pattern": r"^\ufeff?\s*(#!|//)",
                },
                "example": "#!/usr/bin/env python3\nprint('hello')\n",
            }
        },
    },
}
BATCH: Final[dict[str, Any]] = {
    "parameters": [
        {**IDEMPOTENCY, "description": "The same key and request again within 24 h gives the jobs of the first time."}
    ]
}
MANY: Final[dict[str, Any]] = {
    "parameters": [
        _query(
            "ids",
            f"jobs to look at: 1 to {limits.BATCH_JOBS} ids with commas between; none: those pending and running",
            {
                "type": "array",
                "items": {"type": "string", "minLength": 1},
                "minItems": 1,
                "maxItems": limits.BATCH_JOBS,
            },
            style="form",
            explode=False,
        )
    ]
}
EXECUTE: Final[dict[str, Any]] = {**RUNS, "parameters": [IDEMPOTENCY]}
