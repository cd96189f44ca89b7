"""What languages need beyond plain commands: their tools, on machines with other shells, awks, seds and greps."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from functions.core.languages import LANGUAGES_FOLDER, catalog, tools
from infra.local import toolchains
from tests.conformance.test_languages import PROGRAM

SHOWN = "/etc/language/"
BY_SHELL = [each.id for each in catalog().values() if "sh" in (each.run[0], (each.compile or each.run)[0])]
MACHINES = {
    "mawk and dash": {"awk": "mawk", "sh": "dash"},
    "gawk and bash": {"awk": "gawk", "sh": "bash"},
    "busybox": dict.fromkeys(("awk", "sh", "sed", "grep"), "busybox"),
}


def words(language_id: str) -> set[str]:
    """Return the words of a language's argvs, and of the variables that lead to where it waits."""
    language = catalog()[language_id]
    waiting = language.waiting.env.values() if language.waiting else ()
    argvs = (language.compile, language.run, language.bundle, language.wasm, waiting)
    return {word for argv in argvs for word in argv or ()}


@pytest.mark.parametrize("language_id", list(catalog()))
def test_no_program_is_a_string_in_a_toml(language_id: str) -> None:
    shells = {"sh", "bash", "awk", "python3"}
    for argv in (catalog()[language_id].compile, catalog()[language_id].run, catalog()[language_id].bundle):
        assert not (argv and argv[0] in shells and "-c" in argv), argv
    text = (LANGUAGES_FOLDER / language_id / "language.toml").read_text("utf-8")
    assert "'''" not in text
    assert '"""' not in text


@pytest.mark.parametrize("language_id", list(catalog()))
def test_the_tools_are_those_that_are_used(language_id: str) -> None:
    folder = tools(language_id)
    files = {path.name: path.read_text("utf-8") for path in folder.iterdir()} if folder else {}
    texts = [*words(language_id), *files.values()]
    used = {name for text in texts for name in re.findall(rf"{SHOWN}([\w.]+)", text)}
    modules = {
        name for name in files if f"-M{Path(name).stem}" in texts or f"-Fa{Path(name).stem} " in " ".join(texts)
    }
    if SHOWN.rstrip("/") in words(language_id):  # as PYTHONPATH
        modules.add("sitecustomize.py")
    assert used | modules == set(files)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("language_id", BY_SHELL)
def test_any_machines_basic_tools_do(language_id: str, machine: str) -> None:
    if toolchains.find(catalog()[language_id]) is None:
        return
    missing = [name for name in set(MACHINES[machine].values()) if not shutil.which(name)]
    if missing:
        pytest.skip(f"no {' '.join(missing)} here")
    if (language_id, machine) == ("awk", "busybox") and Path("/usr/bin/awk").resolve().name == "gawk":
        pytest.skip("UNTESTED here: the machine's awk is gawk, which BusyBox in its place would be under that name")
    pairs = [f"{tool}={shutil.which(name)}" for tool, name in MACHINES[machine].items()]
    done = subprocess.run(
        [sys.executable, "-m", "tests.worker.machine", language_id, "program", *pairs],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["stdout"], result["exit_code"]) == (PROGRAM, 0), result
