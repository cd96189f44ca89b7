"""Builds images, each once and no more than is stale, and keeps their root file systems."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.images import sources
from infra.local.images.command import BuildError
from infra.local.images.engine import Engine
from infra.local.images.store import Manifest, Store

TAG_PREFIX = "localhost/code-execution-"


@dataclass(frozen=True, slots=True)
class Built:
    """How the build of one image went."""

    name: str
    manifest: Manifest | None = None
    error: str | None = None
    due: bool = True  # False: it was here from a run before


@dataclass(slots=True)
class Builder:
    """Builds with an engine, into a store, and says on stderr how far it is."""

    engine: Engine
    store: Store
    logs: Path
    total: int = 0
    _done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def build(self, names: list[str], at_once: int) -> list[Built]:
        """Build images by name; those that failed are in the answer, too."""
        self.logs.mkdir(parents=True, exist_ok=True)
        due = [name for name in names if not self._current(name)]
        families = sorted({family for name in due if (family := sources.family(name))})
        self.total = len(due) + len(families) + 1 if due else 0
        if due:
            # What images share is built before them: side by side, each would build it for itself.
            for family in (None, *families):
                self._step(family or "base", functools.partial(self._build_shared, family))
            with ThreadPoolExecutor(at_once) as pool:
                failures = dict(zip(due, pool.map(self._build_step, due), strict=True))
        else:
            failures = {}
        return [Built(name, self.store.manifest(name), failures.get(name), name in due) for name in names]

    def _current(self, name: str) -> bool:
        manifest = self.store.manifest(name)
        return manifest is not None and manifest.image == sources.image_digest(name)

    def _build_step(self, name: str) -> str | None:
        return self._step(name, lambda: self._build(name))

    def _step(self, label: str, action: Callable[[], str]) -> str | None:
        """Do one thing and say so; return what went wrong."""
        start, error = time.monotonic(), None
        try:
            outcome = action()
        except (BuildError, OSError) as failure:
            outcome, error = "FAILED", str(failure)
        with self._lock:
            self._done += 1
            _say(f"[{self._done:>2}/{self.total}] {label:<12} {time.monotonic() - start:>5.0f} s   {outcome}")
            if error:
                _say(error)
        return error

    def _build_shared(self, family: str | None) -> str:
        with tempfile.NamedTemporaryFile("w", suffix=".Dockerfile") as file:
            file.write(sources.shared_dockerfile(family))
            file.flush()
            name = family or "base"
            self.engine.build(Path(file.name), f"{TAG_PREFIX}shared-{name}", self._log(f"shared-{name}"))
        return "shared layers"

    def _build(self, name: str) -> str:
        image, start = sources.image_digest(name), time.monotonic()
        tag = TAG_PREFIX + name
        self.engine.build(sources.dockerfile(name), tag, self._log(name))
        seconds = time.monotonic() - start
        kept = self.store.manifest(name)
        if kept and not self.store.stale(name):
            seconds = kept.build_seconds  # only the worker in it is new: all else came from the engine's cache
        with self.engine.root_file_system(tag) as root:
            manifest = self.store.keep(name, root, [name, *self._relatives(name)], image, seconds)
        return f"{manifest.size / 1e6:,.0f} MB"

    def _relatives(self, name: str) -> list[str]:
        """Return images that share layers with this one: one of its family, one with nothing of its own."""
        kept = [each for each in self.store.names() if each != name and sources.dockerfile(each).exists()]
        own = [each for each in kept if sources.family(each) == sources.family(name)]
        plain = [each for each in kept if sources.family(each) is None]
        return [*own[:1], *plain[:1]]

    def _log(self, name: str) -> Path:
        path = self.logs / f"{name}.log"
        path.write_bytes(b"")
        return path


def default_at_once() -> int:
    """Return how many images are built side by side."""
    return max(1, min(4, os.cpu_count() or 1))


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
