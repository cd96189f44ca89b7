"""Tests of a program: a JSON list of them, as the service takes it, or a folder.

A folder has `NAME.in` for each test, which the program reads, and `NAME.out` for what it must print.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from client.api import ApiError
from client.submission import text_of

INPUT: Final = ".in"
OUTPUTS: Final = (".out", ".ans", ".expected")
LINES: Final = 5  # of an output, that are shown


def read(path: Path) -> list[Any]:
    """Return the tests of a file or folder, as a submission's `tests`. Raises ApiError where there are none."""
    tests = _of_folder(path) if path.is_dir() else _of_file(path)
    if not tests:
        message = f"{path} has no tests"
        raise ApiError(message)
    return tests


def _of_file(path: Path) -> list[Any]:
    try:
        tests = json.loads(text_of(path))
    except ValueError as error:
        message = f"{path} isn't JSON: {error}"
        raise ApiError(message) from None
    if not isinstance(tests, list):
        message = f'{path} must be a list of tests, such as [{{"stdin": "3", "expected_output": "9"}}]'
        raise ApiError(message)
    return tests


def _of_folder(folder: Path) -> list[Any]:
    names = {path.stem for path in folder.iterdir() if path.suffix in (INPUT, *OUTPUTS)}
    return [_test(folder, name) for name in sorted(names)]


def _test(folder: Path, name: str) -> dict[str, Any]:
    test: dict[str, Any] = {"name": name}
    if (folder / (name + INPUT)).exists():
        test["stdin"] = text_of(folder / (name + INPUT))
    for suffix in OUTPUTS:
        if (folder / (name + suffix)).exists():
            test["expected_output"] = text_of(folder / (name + suffix))
            break
    return test


def show(tests: list[Any], results: list[dict[str, Any]]) -> None:
    """Say of each test that was run and didn't pass why."""
    for number, (test, ran) in enumerate(zip(tests, results, strict=True), start=1):
        if ran["passed"] or ran["status"] == "skipped":
            continue
        why = ran["error"] or (f"exit code {ran['exit_code']}" if ran["exit_code"] else "another output")
        sys.stderr.write(f"== {ran['name'] or f'test {number}'}: {why}\n")
        for title, text in (
            ("printed", ran["stdout"]),
            ("expected", test.get("expected_output")),
            ("", ran["stderr"]),
        ):
            if text:
                sys.stderr.write("".join(f"{title:9}{line}\n" for line in _first_lines(text)))


def _first_lines(text: str) -> list[str]:
    lines = text.splitlines()
    return lines if len(lines) <= LINES else [*lines[:LINES], "…"]
