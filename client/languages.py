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
    words = [PurePath(word).name for word in first[2:].split()]
    if words and words[0] == "env":
        words = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    return re.sub(r"[\d.]+$", "", words[0]) or words[0] if words else None
