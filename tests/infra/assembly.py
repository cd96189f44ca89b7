"""What synthesis wrote, for tests to look at."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.node import use_packaged_node
from infra.packaging import ROOT

EXAMPLES = ("small", "standard", "large")
COMPLETE = ROOT / "tests/infra/complete.json"  # standard.json, with all that settings give roles besides

Resource = dict[str, Any]


@dataclass(frozen=True)
class Assembly:
    """A folder of templates and assets: one stack, and the nested ones that it has."""

    folder: Path

    @functools.cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        """Every template by file name."""
        return {path.name: json.loads(path.read_text()) for path in sorted(self.folder.glob("*.template.json"))}

    @property
    def main(self) -> dict[str, Any]:
        """The template that isn't nested."""
        return next(template for name, template in self.templates.items() if ".nested." not in name)

    def nested(self, mode: str) -> dict[str, Any]:
        """The template of a network mode's pools."""
        return next(each for name, each in self.templates.items() if f"{mode.title()}Pools" in name)

    def of_type(self, *kinds: str) -> Iterator[tuple[str, Resource]]:
        """Yield (logical id, resource) of these types, or of any; a nested template's ids end in `@` and its name."""
        for file, template in self.templates.items():
            where = f"@{file.split('.')[0]}" if ".nested." in file else ""
            for name, resource in template["Resources"].items():
                if not kinds or resource["Type"] in kinds:
                    yield name + where, resource

    def properties(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the properties of all resources of a type by logical id."""
        return {name: resource.get("Properties", {}) for name, resource in self.of_type(kind)}

    @functools.cached_property
    def report(self) -> dict[str, Any]:
        """What the checks found."""
        report: dict[str, Any] = json.loads((self.folder / "validation-report.json").read_text())
        return report


def synthesize(settings: Path, folder: Path) -> Assembly:
    """Synthesize in this process. Raises RuntimeError when a check fails."""
    use_packaged_node(os.environ)
    from infra import synth  # noqa: PLC0415  # starts Node

    synth.app(synth.context(), settings, folder).synth()
    return Assembly(folder)


def example(name: str) -> Path:
    """Return the settings file of an example."""
    return ROOT / "infra" / "examples" / f"{name}.json"


def flat(value: Any) -> str:
    """Return a template's value as one text, references in angle brackets."""
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(map(flat, parts))
        case {"Fn::Sub": text}:
            return str(text)
        case _:
            return str(value)


def listed(value: Any) -> list[Any]:
    """Return a policy's field, which is one value or a list, as a list."""
    return value if isinstance(value, list) else [value]
