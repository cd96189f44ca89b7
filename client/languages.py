"""Which language a file is in: by its extension, else by its shebang, as the service's own catalog has them."""

from __future__ import annotations

import functools
import re
from pathlib import PurePath
from typing import Any

from client.api import Api, ApiError


def of_file(api: Api, name: str, code: str) -> str:
    """Return the id of a file's language. Raises ApiError when neither its name nor its first line tells."""
    details = _details(api)
    extension = PurePath(name).suffix.removeprefix(".").lower()
    words = _words(code)
    interpreter = re.sub(r"[\d.]+$", "", words[0]) or words[0]
    by_extension = [language for language, facts in details.items() if extension and extension in facts["extensions"]]
    by_name = [language for language, facts in details.items() if interpreter in facts["shebangs"]]
    by_launcher = [
        language for language, facts in details.items() if any(_begin(words, each) for each in facts["launchers"])
    ]
    for found in (by_extension, by_name, by_launcher):
        if len(found) == 1:
            return found[0]
    message = f"can't tell the language of {name}: name it with --language; the command 'languages' lists them"
    raise ApiError(message)


@functools.cache
def _details(api: Api) -> dict[str, Any]:
    details: dict[str, Any] = api.get("/languages?details=true")["details"]
    return details


def _words(code: str) -> list[str]:
    """Return what a first line such as `#!/usr/bin/env -S uv run --script` runs: a program's name, and what follows.

    Blank lines may come before it. A line such as `//usr/bin/env go run "$0"` says the same.
    """
    first = code.removeprefix("\ufeff").lstrip().partition("\n")[0].strip()
    comment = re.match(r"//+usr/bin/env +([^\"']*)[\"']?\$0", first)
    if not first.startswith("#!") and not comment:
        return [""]
    words = ["env", *comment[1].split()] if comment else first[2:].split()
    if words and PurePath(words[0]).name == "env":
        # Its own options go, two of them with their values, and variables; a command may follow -S in the same word.
        rest = re.sub(r" (-\w*S|--split-string)=?(?=\S)", " ", f" {' '.join(words[1:])}")
        words = re.sub(r"^(?: (?:-[uC]|--unset|--chdir) \S+| -\S*| [^ =]+=\S*)*", "", rest).split()
    return [PurePath(words[0]).name, *words[1:]] if words else [""]


def _begin(words: list[str], wanted: str) -> bool:
    """Whether these are the words that a line begins with, options aside."""
    named = [word for word in words if not word.startswith("-")]
    return named[: len(wanted.split())] == wanted.split()
