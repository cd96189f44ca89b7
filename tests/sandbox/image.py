"""The container harness's root file system: what every language's image begins and ends with, and nothing between."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from infra.local.images import sources
from infra.local.images.command import BuildError
from infra.local.images.engine import find_engine
from infra.local.images.store import copy_tree

REPOSITORY = Path(__file__).parents[2]
TAG = "localhost/code-execution-test"
KEPT = 3
ADDITIONS = ("app/tests", "etc/language")  # where additions.sh puts the driver, and the languages' tools


def root_file_system() -> Path:
    """Return the folder of the root file system, made anew when its parts have changed. Raises BuildError.

    It is kept in the user's cache folder by the hash of all that it's made of.
    """
    if os.geteuid() != 0:
        message = "the container harness needs root: it makes a container without an engine"
        raise BuildError(message)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "code-execution" / "test-images"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        dockerfile = _dockerfile()
        parts = "".join((dockerfile, sources.image_digest("bash"), *ADDITIONS))
        root = cache / hashlib.sha256(parts.encode()).hexdigest()[:16]
        if not root.exists():
            _build(dockerfile, root)
        os.utime(root)
        _prune(cache)
    return root


def _dockerfile() -> str:
    end = (sources.BASE / "Dockerfile.end").read_text("utf-8")
    return sources.shared_dockerfile(None) + end.replace("{language}", "bash")


def _build(dockerfile: str, root: Path) -> None:
    """Build and copy it to `root`, all of it or nothing."""
    engine = find_engine()
    with tempfile.TemporaryDirectory(dir=root.parent) as place:
        file = Path(place, "Dockerfile")
        file.write_text(dockerfile, "utf-8")
        engine.build(file, TAG, Path(place, "log"))
        unfinished = Path(place, "root")
        with engine.root_file_system(TAG) as built:
            copy_tree(built, unfinished, [])
        for folder in ADDITIONS:
            (unfinished / folder).mkdir()
        unfinished.rename(root)


def _prune(cache: Path) -> None:
    """Remove all images but those used last; other checkouts may be using theirs."""
    roots = [path for path in cache.iterdir() if path.is_dir()]
    for old in sorted(roots, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old)
