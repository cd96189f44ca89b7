"""The table of images: what each holds, its size, and how long it took."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from functions.core.languages import Language
from infra.local.images.build import Built
from infra.local.images.store import Store, bytes_once

HEADER = ("language", "version", "size MB", "build s", "hello cold ms", "hello warm ms", "outcome")
MB = 1e6


@dataclass(frozen=True, slots=True)
class Tried:
    """How an image's programs went; times are of compiling and running, in milliseconds."""

    cold_ms: int = 0
    warm_ms: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One image of the report."""

    language: Language
    built: Built | None  # None: not tried to build, and `unverified` says why
    tried: Tried | None
    unverified: str | None

    @property
    def good(self) -> bool:
        """Whether everything that was asked of the image went well."""
        return not (self.built and self.built.error) and not (self.tried and self.tried.error)

    def cells(self) -> tuple[str, ...]:
        """Return the texts of HEADER's columns."""
        manifest = self.built.manifest if self.built else None
        size = f"{manifest.size / MB:,.0f}" if manifest else ""
        build = f"{manifest.build_seconds:.0f}" if manifest else ""
        times = (
            (str(self.tried.cold_ms), str(self.tried.warm_ms)) if self.tried and not self.tried.error else ("", "")
        )
        return (self.language.id, self.language.version, size, build, *times, self._outcome())

    def _outcome(self) -> str:
        if self.built is None:
            return f"not built: {self.unverified}"
        if self.built.error:
            return "build FAILED"
        if self.tried is None:
            return "built"
        return "FAILED" if self.tried.error else "passed"


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table that is also easy to read as it is."""
    lines = [HEADER, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]

    def line(cells: Sequence[str]) -> str:
        numbers = range(2, 6)
        padded = (
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return f"| {' | '.join(padded)} |".rstrip()

    rule = f"|{'|'.join('-' * (width + 1) + (':' if 2 <= n < 6 else '-') for n, width in enumerate(widths))}|"
    return "\n".join([line(HEADER), rule, *(line(row.cells()) for row in rows)])


def totals(rows: Sequence[Row], store: Store) -> str:
    """Return sentences on sizes: the median, and all bytes with shared files counted once."""
    sizes = [row.built.manifest.size for row in rows if row.built and row.built.manifest]
    if not sizes:
        return "No image is here."
    roots = [store.root(row.language.id) for row in rows if row.built and row.built.manifest]
    return (
        f"{len(sizes)} images: median {statistics.median(sizes) / MB:,.0f} MB, largest {max(sizes) / MB:,.0f} MB. "
        f"All together {sum(sizes) / 1e9:.1f} GB; "
        f"with what they share counted once, {bytes_once(roots) / 1e9:.1f} GB."
    )


def page(rows: Sequence[Row], store: Store, facts: Mapping[str, str]) -> str:
    """Return REPORT.md."""
    said = "\n".join(f"- {name}: {value}" for name, value in facts.items())
    return f"""# Images, as built and tried

Made by `scripts/images --test --report`; the figures are of that one run.

{said}
- {totals(rows, store)}

Sizes are of the files in an image, without compression. "build s" is what the last build of it took: from nothing, or
with layers that the builder had. "hello" is the language's hello program run by the real
worker and the `task` backend in a container like a Fargate task's: compile and run together, first in a container
that has run nothing yet, then again. Where `programs/libraries.*` exists it was run there too, and had to pass.

{table(rows)}
"""
