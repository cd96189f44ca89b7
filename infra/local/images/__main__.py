"""`python -m infra.local.images`: scripts/images sets everything up and runs this."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from functions.core.languages import catalog
from infra.local.images import report, sources
from infra.local.images.build import Builder, Built, default_at_once
from infra.local.images.command import BuildError
from infra.local.images.engine import find_engine
from infra.local.images.report import Row, Tried
from infra.local.images.store import Store, default_folder

REPORT = sources.IMAGES / "REPORT.md"


def main() -> int:
    """Build, try, and report; 1 if anything failed."""
    options = _options()
    names = options.ids or _buildable()
    store, start = Store(options.images), time.monotonic()
    try:
        engine = find_engine()
        layers = "with layers the builder had" if engine.has_images() else "from nothing: the builder had no image"
        builder = Builder(engine, store, options.images / "logs")
        built = builder.build(names, options.at_once)
        tried = _try([each.name for each in built if not each.error], store) if options.test else {}
    except BuildError as error:
        sys.stderr.write(f"scripts/images: {error}\n")
        return 1
    rows = _rows(built, tried, everything=not options.ids)
    minutes = (time.monotonic() - start) / 60
    sys.stdout.write(f"{report.table(rows)}\n\n{report.totals(rows, store)} {minutes:.1f} minutes in all.\n")
    for row in rows:
        for complaint in (row.built and row.built.error, row.tried and row.tried.error):
            if complaint:
                sys.stdout.write(f"\n{row.language.id}: {complaint}\n")
    if options.report:
        facts = {
            "Builder": engine.name,
            "Processors": str(os.cpu_count()),
            "Minutes in all": f"{minutes:.0f}",
            "Built in this run": f"{sum(each.due for each in built)} of {len(built)}, {layers}",
        }
        REPORT.write_text(report.page(rows, store, facts), "utf-8")
    return 0 if all(row.good for row in rows) else 1


def _buildable() -> list[str]:
    """Return the languages whose images can be built from package registries."""
    return [name for name in catalog() if sources.dockerfile(name).exists() and not sources.unverified(name)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/images", description="Build the languages' images.")
    parser.add_argument("ids", nargs="*", help="languages (default: all that can be built from package registries)")
    parser.add_argument("--test", action="store_true", help="run each image's hello in a container like a task's")
    parser.add_argument("--report", action="store_true", help="write runtime_images/REPORT.md")
    parser.add_argument("--at-once", type=int, default=default_at_once(), metavar="N", help="builds side by side")
    parser.add_argument(
        "--images", type=Path, default=default_folder(), metavar="DIR", help="where they are kept (%(default)s)"
    )
    options = parser.parse_args()
    unknown = [name for name in options.ids if name not in catalog() or not sources.dockerfile(name).exists()]
    if unknown:
        parser.error(f"no image of that name: {' '.join(unknown)}; there are: {' '.join(catalog())}")
    return options


def _try(names: list[str], store: Store) -> dict[str, Tried]:
    """Try the images one after another: their times are to be compared."""
    if os.geteuid() != 0:
        message = "Only root can make the container that --test is run in."
        raise BuildError(message)
    from infra.rehearsal import trial  # noqa: PLC0415  # with moto, which building does without

    tried = {}
    with trial.trial() as running:
        for number, name in enumerate(names, 1):
            tried[name] = running.run(name, store.root(name))
            outcome = "FAILED" if tried[name].error else f"{tried[name].cold_ms} ms, then {tried[name].warm_ms} ms"
            sys.stderr.write(f"[{number:>2}/{len(names)}] {name:<12} {outcome}\n")
    return tried


def _rows(built: list[Built], tried: dict[str, Tried], *, everything: bool) -> list[Row]:
    """Return a row for each image, and for those that nobody tried to build when all were to be."""
    by_name = {each.name: each for each in built}
    names = list(catalog()) if everything else [each.name for each in built]
    return [
        Row(catalog()[name], by_name.get(name), tried.get(name), sources.unverified(name))
        for name in names
        if name in by_name or (sources.dockerfile(name).exists() and sources.unverified(name))
    ]


if __name__ == "__main__":
    sys.exit(main())
