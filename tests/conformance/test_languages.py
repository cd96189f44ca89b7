"""Every language on its own programs: runtime_images/<id>/programs says what they are, this file what they must do.

A language that can't do one of them says why in programs/missing.toml. What is in programs/forms is written in other
ways that people write programs, and prints ok. Without --with-images or --base-url only
four programs a language are run, on what toolchains the machine has: the whole is minutes long.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from functions.core.languages import LANGUAGES_FOLDER, Language, catalog
from infra.local.images import sources
from tests.client import Client
from tests.conformance.bare import run_bare
from tests.conformance.shapes import available, check_result
from tests.conformance.wasi import run_wasm

PROGRAM = "fib 55\nreversed olleh\nwords the=2 fox=1 quick=1\nsorted 1 2 3 5 8\n"
UNICODE = "Grüße, 世界 🌍\n"
STDIN = "one\nzwei ü\nthree"
DATA = "line one\nZeile zwei ü\n"
BIG = ("x" * 63 + "\n") * 16_384
ALWAYS = ("hello", "program", "stdin", "args")
TTL = 60

Fields = dict[str, Any]
Check = Callable[[Language, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Case:
    """A program's name, what it's sent with, and what its result must be."""

    name: str
    fields: Fields
    check: Check


def prints(text: str) -> Check:
    """A result that is a success and printed exactly this."""

    def check(_: Language, result: dict[str, Any]) -> None:
        assert (result["success"], result["exit_code"], result["stdout"]) == (True, 0, text), result

    return check


def greets(language: Language, result: dict[str, Any]) -> None:
    prints("Hello, world!\n")(language, result)
    assert result["stderr"] == "", "what says it isn't the program"


def exits_with_3(_: Language, result: dict[str, Any]) -> None:
    assert (result["exit_code"], result["success"], result["error"]) == (3, False, None), result


def fails_while_running(_: Language, result: dict[str, Any]) -> None:
    assert result["exit_code"] not in (0, -1), result
    assert result["stderr"].strip(), "nothing on stderr"
    assert result["error"] != "compilation failed", result
    assert result["status"] == "completed"


def is_refused(language: Language, result: dict[str, Any]) -> None:
    assert result["exit_code"] not in (0, -1), result
    assert result["stderr"].strip(), "nothing on stderr"
    if (
        language.artifact and language.compiled
    ):  # a compiler that leaves none may run what it can, as TypeScript's does
        assert (result["error"], result["stdout"]) == ("compilation failed", ""), result


def prints_a_mebibyte(_: Language, result: dict[str, Any]) -> None:
    assert len(result["stdout"]) == len(BIG)
    assert (result["stdout"] == BIG, result["stdout_truncated"], result["success"]) == (True, False, True)


def times_out(_: Language, result: dict[str, Any]) -> None:
    assert (result["status"], result["exit_code"]) == ("timeout", -1), result
    late = "" if result["execution_time_ms"] < 1_000 else "looping\n"  # it may have been compiled for all that time
    assert result["stdout"] in (late, "looping\n"), result
    assert 1_800 <= result["total_time_ms"] - result["queue_time_ms"] < 8_000


def leaves_artifacts(language: Language, result: dict[str, Any]) -> None:
    assert (result["success"], result["stdout"]) == (True, "ok\n"), result
    files = artifacts(result)
    assert files.pop("result.txt").strip() == b"made"
    assert set(files) == ({language.artifact} if language.artifact else set())
    assert all(len(content) > 100 for content in files.values())
    if language.standalone:
        assert run_bare(files[language.artifact or ""]) == "ok\n"


def is_a_wasi_binary(_: Language, result: dict[str, Any]) -> None:
    assert result["success"], result
    files = artifacts(result)
    assert set(files) == {"main.wasm"}, result
    assert run_wasm(files["main.wasm"]) == "hello from wasm\n"


def artifacts(result: dict[str, Any]) -> dict[str, bytes]:
    """Return a result's artifacts by name; those too big for an answer come from where it says."""
    contents = {}
    for each in result["artifacts"]:
        if "url" in each:
            with urllib.request.urlopen(each["url"]) as answer:  # noqa: S310  # the service's own
                contents[each["filename"]] = answer.read()
        else:
            contents[each["filename"]] = base64.b64decode(each["content_base64"])
        assert len(contents[each["filename"]]) == each["size"]
        assert hashlib.sha256(contents[each["filename"]]).hexdigest() == each["sha256"]
    return contents


def _file(name: str, content: bytes) -> dict[str, str]:
    return {"filename": name, "content": base64.b64encode(content).decode()}


CASES = {
    case.name: case
    for case in (
        Case("hello", {}, greets),
        Case("program", {}, prints(PROGRAM)),
        Case("stdin", {"stdin": STDIN}, prints("".join(f"got {line}\n" for line in STDIN.split("\n")))),
        Case("args", {"args": ["one", "two words", "-x", "ü"]}, prints("arg one\narg two words\narg -x\narg ü\n")),
        Case("env", {"env": {"GREETING": "Grüß dich"}}, prints("Grüß dich\n")),
        Case("file", {"input_files": [_file("data.txt", DATA.encode())]}, prints(DATA)),
        Case("exit", {}, exits_with_3),
        Case("fail", {}, fails_while_running),
        Case("broken", {}, is_refused),
        Case("unicode", {}, prints(UNICODE)),
        Case("big", {}, prints_a_mebibyte),
        Case("loop", {"ttl": 2}, times_out),
        Case("artifact", {"return_artifact": True}, leaves_artifacts),
        Case("wasm", {"return_wasm_artifact": True}, is_a_wasi_binary),
        # What it is made of is a hard case for artifacts, and for compilers, which meet all libraries at once.
        Case("libraries", {"return_artifact": True, "ttl": 2 * TTL}, prints("ok\n")),
        Case("modules", {}, prints("modules ok\n")),
    )
}


def due(language: Language, case: str) -> bool:
    """Whether a language is to have this program at all."""
    return {"wasm": language.wasm is not None, "libraries": bool(language.packages)}.get(case, True)


def excuses(language: Language) -> dict[str, str]:
    """Return the programs that a language can't have, and why."""
    path = LANGUAGES_FOLDER / language.id / "programs" / "missing.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def program(language: Language, case: str) -> tuple[str, list[dict[str, str]]]:
    """Return a program's code, and the files that belong to it."""
    folder = LANGUAGES_FOLDER / language.id
    if case == "hello":
        return _only(folder, "hello").read_text("utf-8"), []
    if case == "modules":
        main = _only(folder / "programs" / "modules", "main")
        others = [path for path in sorted(main.parent.iterdir()) if path != main]
        assert others, "no module beside main"
        return main.read_text("utf-8"), [_file(path.name, path.read_bytes()) for path in others]
    return _only(folder / "programs", case).read_text("utf-8"), []


def _only(folder: Path, stem: str) -> Path:
    found = sorted(folder.glob(f"{stem}.*"))
    assert len(found) == 1, f"{folder}/{stem}.*: {len(found)} files"
    return found[0]


FORMS = sorted(LANGUAGES_FOLDER.glob("*/programs/forms/*"))


@pytest.mark.parametrize("form", FORMS, ids=lambda path: f"{path.parents[2].name}-{path.stem}")
def test_a_program_as_people_write_it(request: pytest.FixtureRequest, api: Client, form: Path) -> None:
    language_id = form.parents[2].name
    whole = request.config.getoption("--with-images") or request.config.getoption("--base-url")
    if whole and available(api, language_id):
        result = api.execute(language_id, form.read_text("utf-8"), ttl=TTL)
        check_result(result)
        prints("ok\n")(catalog()[language_id], result)


@pytest.mark.parametrize("language_id", list(catalog()))
def test_a_language_has_its_programs(language_id: str) -> None:
    language, excused = catalog()[language_id], excuses(catalog()[language_id])
    assert set(excused) <= set(CASES)
    # Where an image couldn't be built, neither could programs be tried.
    for case in ("hello",) if sources.unverified(language_id) else CASES:
        if due(language, case) and case not in excused:
            assert program(language, case)[0]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language_id", list(catalog()))
def test_a_language(request: pytest.FixtureRequest, api: Client, language_id: str, case: str) -> None:
    language = catalog()[language_id]
    whole = request.config.getoption("--with-images") or request.config.getoption("--base-url")
    if (not whole and case not in ALWAYS) or not due(language, case) or case in excuses(language):
        return
    if not available(api, language_id):
        return
    code, files = program(language, case)
    fields = {"ttl": TTL, **CASES[case].fields}
    if files:
        fields["input_files"] = files
    result = api.execute(language_id, code, **fields)
    check_result(result)
    CASES[case].check(language, result)
