"""Imports point one way: core ← adapters ← api, launchers, sweep, worker ← infra.local ← infra.rehearsal."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# What each part may import of the project: first match wins, longest prefixes first.
ALLOWED = {
    "functions.core": {"functions.core"},
    "functions.aws": {"functions.aws", "functions.core"},
    "functions.embedded": {"functions.embedded", "functions.core"},
    "functions.api.dependencies": {"functions.api", "functions.aws.compose", "functions.core"},
    "functions.api": {"functions.api", "functions.core"},
    "functions.launch_worker": {"functions.launch_worker", "functions.aws", "functions.core"},
    "functions.post": {"functions.post", "functions.core"},
    "functions.task_stopped": {"functions.task_stopped", "functions.aws", "functions.core"},
    "functions": {"functions.aws", "functions.core"},
    "runtime_images.worker.__main__": {
        "runtime_images.worker",
        "functions.aws.compose",
        "functions.aws.tasks",
        "functions.core",
    },
    "runtime_images.worker.task": {"functions.aws.tasks"},
    "runtime_images.worker": {"runtime_images.worker", "functions.core"},
    "runtime_images": set(),
    "infra.rehearsal": {"infra.rehearsal", "infra.local", "functions", "runtime_images.worker"},
    "infra.local.images.__main__": {"infra.local", "infra.rehearsal.trial", "functions.core"},
    "infra.local": {"infra.local", "functions", "runtime_images.worker"},
    "infra.keys": {"infra.stack_keys", "functions.core", "functions.embedded"},
    "infra": {"infra", "functions.aws", "functions.core"},
    "client": {"client"},
}
PROJECT = ("functions", "runtime_images", "infra", "client", "tests")


def modules() -> list[str]:
    files = [
        path for top in PROJECT[:4] for path in (ROOT / top).rglob("*.py") if (path.parent / "__init__.py").exists()
    ]
    return sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files)


def imports(module: str) -> set[str]:
    tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text("utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in PROJECT}


def within(name: str, parts: set[str]) -> bool:
    return any(name == part or name.startswith(part + ".") for part in parts)


@pytest.mark.parametrize("module", modules())
def test_imports_point_one_way(module: str) -> None:
    part = next(part for part in ALLOWED if within(module, {part}))
    strays = {name for name in imports(module) if not within(name, ALLOWED[part])}
    assert not strays, f"{module} ({part}) must not import {sorted(strays)}"


@pytest.mark.parametrize(
    ("part", "allowed", "refused"),
    [
        ("functions.core", {"pydantic", "pydantic_core"}, {"sqlite3"}),
        ("functions.embedded", {"aws_lambda_powertools"}, set()),
    ],
)
def test_the_domain_and_the_embedded_engine_need_next_to_nothing(
    part: str, allowed: set[str], refused: set[str]
) -> None:
    found = [module for module in modules() if within(module, {part})]
    assert found
    for module in found:
        tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text("utf-8"))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                top = name.split(".")[0]
                assert top not in refused, f"{module}: {name}"
                assert top in allowed or top == "functions" or _is_standard(top), f"{module}: {name}"


# What a local service or the making of its keys loads.
LOCAL = [name for name in modules() if within(name, {"infra.local"}) and "images.__main__" not in name]


def test_one_machine_needs_no_aws() -> None:
    """Its requirements have neither boto3 nor moto; with these out of reach, all of it can be loaded."""
    pinned = set(re.findall(r"^(\S+)==", (ROOT / "requirements-local.txt").read_text("utf-8"), re.MULTILINE))
    assert {"uvicorn", "pydantic"} <= pinned
    assert not {"boto3", "botocore", "moto"} & pinned
    names = [*LOCAL, "infra.keys", "functions.api.app", "functions.api.streaming", "runtime_images.worker.worker"]
    without = "import importlib, sys\nfor name in ('boto3', 'botocore', 'moto'): sys.modules[name] = None\n"
    script = f"{without}for name in {names}: importlib.import_module(name)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def _is_standard(name: str) -> bool:
    return name in sys.stdlib_module_names or name == "__future__"
