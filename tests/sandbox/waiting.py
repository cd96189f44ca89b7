"""What the cells' programs see of the languages' tools: where the interpreters wait that are started in advance."""

from __future__ import annotations

import shutil
from pathlib import Path

from functions.core import languages
from tests.sandbox.program import WAITING


def tools(folder: Path, language_ids: tuple[str, ...] = tuple(WAITING.values())) -> Path:
    """Put the tools of languages into a folder, and return it."""
    folder.chmod(0o755)
    for language_id in language_ids:
        source = languages.tools(language_id)
        assert source
        for path in source.iterdir():
            assert not (folder / path.name).exists()
            shutil.copy(path, folder)
    return folder
