"""`python -m infra.local.language_table` writes the README's table of languages; a test says when it is stale."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from functions.core.languages import Language, catalog
from infra.local.images import sources

README: Final = Path(__file__).parents[2] / "README.md"
BEGIN: Final = "<!-- languages: python -m infra.local.language_table -->\n"
END: Final = "<!-- end of languages -->\n"
HEADER: Final = ("Language", "`language`", "Also", "Version", "Artifact", "WebAssembly", "Libraries")


def table() -> str:
    """Return the catalog as a Markdown table."""
    rows = [HEADER, ("---",) * len(HEADER), *(_row(language) for language in catalog().values())]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(language: Language) -> tuple[str, ...]:
    version = f"{language.version}, unverified" if sources.unverified(language.id) else language.version
    return (
        language.name,
        f"`{language.id}`",
        " ".join(f"`{alias}`" for alias in language.aliases),
        version,
        _artifact(language),
        "yes" if language.wasm else "",
        str(len(language.packages) or ""),
    )


def _artifact(language: Language) -> str:
    if not language.artifact:
        return ""
    return f"`{language.artifact}`, static" if language.standalone else f"`{language.artifact}`"


def refreshed(readme: str) -> str:
    """Return a README with the table as it should be. Raises ValueError where it has no place for one."""
    before, _, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        message = f"README.md has no lines {BEGIN.strip()} and {END.strip()}"
        raise ValueError(message)
    return f"{before}{BEGIN}{table()}{END}{after}"


def main() -> int:
    """Refresh the README."""
    README.write_text(refreshed(README.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
