"""A submission, put together from what the command line says and the files that it names."""

from __future__ import annotations

import argparse
import base64
import os
import sys
from pathlib import Path
from typing import Any

from client import languages
from client.api import Api, ApiError


def submission_of(api: Api, options: argparse.Namespace, file: str | None = None) -> dict[str, Any]:
    """Return the submission that a command line describes, of `options.file` or of `file`. Raises ApiError."""
    file = file or options.file
    if [file == "-", options.stdin, options.interactive].count(True) > 1:
        message = "standard input can be the program, its input, or what it is sent while it runs: one of them"
        raise ApiError(message)
    code = text_of(None if file == "-" else Path(file))
    fields: dict[str, Any] = {
        "language": options.language or languages.of_file(api, file, code),
        "code": code,
        "env": dict(map(_variable, options.env)),
        "args": options.args,
        "input_files": [
            {"filename": path.name, "content": base64.b64encode(path.read_bytes()).decode()} for path in options.input
        ],
        "return_artifact": options.artifacts,
        "stdin": text_of(None) if options.stdin else "",
        "stdin_open": options.interactive,
    }
    if options.network:
        fields["network_mode"] = options.network
    if options.ttl is not None:
        fields["ttl"] = options.ttl
    if options.webhook:
        fields["webhook"] = {"url": options.webhook}
    return fields


def text_of(path: Path | None) -> str:
    """Return what a file holds, or standard input. Raises ApiError where that isn't text."""
    try:
        return (path.read_bytes() if path else sys.stdin.buffer.read()).decode()
    except UnicodeDecodeError:
        message = f"{path or 'standard input'} is not UTF-8 text; pass on other data as a file, with --input"
        raise ApiError(message) from None


def _variable(text: str) -> tuple[str, str]:
    """Return NAME=VALUE's parts; of NAME alone, the caller's own value."""
    name, equals, value = text.partition("=")
    return name, value if equals else os.environ.get(name, "")
