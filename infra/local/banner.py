"""What the local service says when it is up."""

from __future__ import annotations

import json
import os
import stat
import sys
import textwrap
from collections.abc import Mapping

from functions.core.offer import Offer
from infra.local.images.store import Store
from infra.local.state import State
from infra.local.toolchains import Toolchain

WIDTH = 100


def is_seen() -> bool:
    """Whether standard output goes to somebody who reads it, and not into a file that may be there for years."""
    return not stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)


def text(
    base_url: str,
    state: State,
    found: Mapping[str, Toolchain],
    offer: Offer,
    images: Store,
    *,
    secret: bool,
) -> str:
    """Return the greeting: the address, the key, the languages, and a line to paste.

    `secret`: the secret key may be in it; else it names the file that has it.
    """
    key_file = state.folder / "key.env"
    lines = [
        f"Serving on {base_url}",
        f"  in a browser {base_url}/ to write and run programs, {base_url}/docs to read and try the API",
        f"  public key   {state.key.public_key}",
        f"  secret key   {state.secret if secret else f'in {key_file}'}",
        f"  for shells   . {key_file}",
        _listing("languages", sorted(found)),
    ]
    from_images = sorted(each for each, toolchain in found.items() if toolchain.from_image)
    if from_images:
        lines.append(_listing("from images", from_images))
    if stale := [each for each in from_images if images.stale(each)]:
        lines.append(_listing("stale images", [f"run: scripts/images {' '.join(stale)}"]))
    if offer.missing_languages:
        lines.append(_listing("not here", sorted(offer.missing_languages)))
    for mode, reason in offer.missing_modes.items():
        lines.append(_listing(f"no {mode}", [reason]))
    lines += ["Try it:", f"  {_example(base_url, state, found, secret=secret)}", "Ctrl-C ends it.", ""]
    return "\n".join(lines)


def _example(base_url: str, state: State, found: Mapping[str, Toolchain], *, secret: bool) -> str:
    """Return a command that runs a program."""
    body = json.dumps({"language": "python", "code": 'print("Hello")'})
    if "python" not in found:
        body = json.dumps({"language": "bash", "code": "echo Hello"})
    enter, key = (f". {state.folder / 'key.env'}; ", "$UNSANDBOX_SECRET_KEY") if not secret else ("", state.secret)
    quote = "'" if secret else '"'
    return (
        f"{enter}curl -s {base_url}/execute -H {quote}Authorization: Bearer {key}{quote} "
        f"-H 'Content-Type: application/json' -d '{body}'"
    )


def _listing(label: str, words: list[str]) -> str:
    indent = " " * 15
    return textwrap.fill(" ".join(words), WIDTH, initial_indent=f"  {label:<12} ", subsequent_indent=indent)
