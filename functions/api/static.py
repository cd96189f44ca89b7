"""The pages and the files that they load, all of them ours: nothing comes from another host."""

from __future__ import annotations

import functools
import gzip
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "pages"
MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
TAG_DIGITS: Final = 16


@dataclass(frozen=True)
class File:
    """A file's bytes, and what HTTP says of them."""

    content: bytes
    media_type: str

    @functools.cached_property
    def tag(self) -> str:
        """What tells this content from any other."""
        return hashlib.sha256(self.content).hexdigest()[:TAG_DIGITS]

    @functools.cached_property
    def gzipped(self) -> bytes:
        """The content compressed; made when it is first asked for."""
        return gzip.compress(self.content, mtime=0)


@functools.cache
def files() -> Mapping[str, File]:
    """Return every file that a page can load, by its name alone, read once."""
    paths = (path for path in sorted(FOLDER.rglob("*")) if path.suffix in MEDIA_TYPES and path.suffix != ".html")
    return {path.name: File(path.read_bytes(), MEDIA_TYPES[path.suffix]) for path in paths}


@functools.cache
def version() -> str:
    """Return a name of all files as they are: in their URLs, it lets browsers keep them for good."""
    tags = "\n".join(f"{name} {file.tag}" for name, file in files().items())
    return hashlib.sha256(tags.encode()).hexdigest()[:TAG_DIGITS]


@functools.cache
def page(name: str) -> File:
    """Return a page, its `{base}` and `{static}` replaced by where the API and the files are."""
    base = os.environ.get("BASE_PATH", "")
    text = (FOLDER / f"{name}.html").read_text("utf-8")
    text = text.replace("{base}", base).replace("{static}", f"{base}/static/{version()}")
    return File(text.encode(), MEDIA_TYPES[".html"])
