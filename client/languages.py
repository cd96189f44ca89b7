"""Which language a file is in: by its extension, else by its shebang, as the service's own catalog has them."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from client.api import Api, ApiError


def of_file(api: Api, name: str, code: str) -> str:
    """Return the id of a file's language. Raises ApiError when neither its name nor its first line tells."""
    details: dict[str, Any] = api.get("/languages?details=true")["details"]
    extension = PurePath(name).suffix.removeprefix(".").lower()
    interpreter = _interpreter(code)
    for field, wanted in (("extensions", extension), ("shebangs", interpreter)):
        found = [language for language, facts in details.items() if wanted and wanted in facts[field]]
        if len(found) == 1:
            return found[0]
    message = f"can't tell the language of {name}: name it with --language; the command 'languages' lists them"
    raise ApiError(message)


def _interpreter(code: str) -> str | None:
    """Return the program that a first line such as `#!/usr/bin/env python3` names, without its version."""
    first = code.removeprefix("\ufeff").partition("\n")[0].strip()
    if not first.startswith("#!"):
        return None
    words = first[2:].split()
    if words and PurePath(words[0]).name == "env":
        # Its own options go, two of them with their values, and variables; a command may follow -S in the same word.
        rest = re.sub(r" (-\w*S|--split-string)=?(?=\S)", " ", f" {' '.join(words[1:])}")
        words = re.sub(r" (-[uC]|--unset|--chdir) \S+| -\S*| [^ =]+=\S*", "", rest).split()
    name = PurePath(words[0]).name if words else ""
    return re.sub(r"[\d.]+$", "", name) or name or None
