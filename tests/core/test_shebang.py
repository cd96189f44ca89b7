from __future__ import annotations

import time

import pytest

from functions.core.errors import InvalidFieldError
from functions.core.invocation import invocation
from functions.core.languages import catalog
from functions.core.shebang import Shebang, brought_first, parse, parse_comment, split, without_line

LINES = {
    "#!/bin/bash -e": Shebang("bash", (), ("-e",)),
    "#! \t/bin/bash\t-eu -x  ": Shebang("bash", (), ("-eu -x",)),  # one argument, as the kernel has it
    "#!bash": Shebang("bash"),
    "#!/bin/sh\r": Shebang("sh"),
    "#!/usr/bin/env bash": Shebang("bash"),
    "#!/usr/bin/env bash -e -u": Shebang("bash", (), ("-e", "-u")),  # no such program for Linux's env
    "#!/usr/bin/env -S bash -euo pipefail": Shebang("bash", (), ("-euo", "pipefail")),
    "#!/usr/bin/env -Sbash -e": Shebang("bash", (), ("-e",)),
    "#!/usr/bin/env --split-string=bash -e": Shebang("bash", (), ("-e",)),
    "#!/usr/bin/env --split-string bash -e": Shebang("bash", (), ("-e",)),
    "#!/usr/bin/env -iS A=1 B=2 bash -e": Shebang("bash", ("-i", "A=1", "B=2"), ("-e",)),
    "#!/usr/bin/env -S -u HOME -C /opt --unset=A --chdir / - bash": Shebang(
        "bash", ("-u", "HOME", "-C", "/opt", "--unset=A", "--chdir", "/", "-")
    ),
    "#!/usr/bin/env -S A=1 /opt/bin/python3.11 -O": Shebang("python3.11", ("A=1",), ("-O",)),
    "#!/usr/bin/env -S 'A=b c' D=\"e f\" bash -c 'echo $A'": Shebang("bash", ("A=b c", "D=e f"), ("-c", "echo $A")),
    "#!/usr/bin/guile \\\n-e main -s\n!#": Shebang("guile", (), ("-e", "main", "-s")),
}


@pytest.mark.parametrize("code", LINES)
def test_what_the_kernel_and_env_make_of_a_line(code: str) -> None:
    assert parse(code) == LINES[code]
    assert parse(f"\ufeff{code}\nrest") == LINES[code]


@pytest.mark.parametrize(
    "code", ["", "print(1)", "#!", "#! \nbash", "\n#!/bin/sh", "#!/usr/bin/env", "#!/usr/bin/env -S A=1"]
)
def test_no_program(code: str) -> None:
    assert parse(code) is None


COMMENTS = {
    '//usr/bin/env go run "$0" "$@"; exit "$?"': Shebang("go", (), ("run",)),
    "//usr/bin/env go run $0 $@": Shebang("go", (), ("run",)),
    '///usr/bin/true; exec /usr/bin/env go run "$0" "$@"': Shebang("go", (), ("run",)),
    '\ufeff\n\n///usr/bin/env jbang "$0" "$@" ; exit $?': Shebang("jbang"),
    '//usr/bin/env -S tcc -run "${0}"': Shebang("tcc", (), ("-run",)),
    "//usr/bin/env go run": None,
    '// usr/bin/env go run "$0"': None,
    '//usr/bin/env "$0"': None,
    "// print $0": None,
    "package main": None,
}


@pytest.mark.parametrize("code", COMMENTS)
def test_a_line_that_is_a_comment(code: str) -> None:
    assert parse_comment(f"{code}\nrest") == COMMENTS[code]


DETECTED = {
    "#!/usr/bin/env -S uv run --script\n# /// script\n# dependencies = []\n# ///\nprint(1)": "python",
    "#!/usr/bin/env -S uv run --quiet --python 3.12 --script": "python",
    "#!/usr/bin/env -S pipx run": "python",
    "#!/usr/bin/env -S npx tsx": "typescript",
    "#!/usr/bin/env -S npx --yes tsx": "typescript",
    "#!/usr/bin/env npx tsx": "typescript",
    "#!/usr/bin/env go": "go",
    "#!/usr/bin/env -S go run": "go",
    "#!/usr/bin/env rust-script": "rust",
    "#!/usr/bin/env -S cargo +nightly -Zscript": "rust",
    "#!/usr/bin/env kotlin": "kotlin",
    "#!/usr/bin/env -S kotlinc -script": "kotlin",
    '//usr/bin/env go run "$0" "$@"; exit "$?"': "go",
    '///usr/bin/env jbang "$0" "$@" ; exit $?': "java",
    '//usr/bin/env zig run "$0"': "zig",
    '//usr/bin/env tcc -run "$0"': "c",
    "#!/usr/bin/env -S uv pip install": None,
    "#!/usr/bin/env uv": None,
    "#!/usr/bin/env -S npx cowsay": None,
    "#!/usr/bin/env -S cargo build": None,
    '//usr/bin/env swift "$0"': None,
}


@pytest.mark.parametrize("code", DETECTED)
def test_which_language_a_line_names(code: str) -> None:
    found = catalog().detect(code)
    assert (found.id if found else None) == DETECTED[code]
    if found and code.startswith("#!"):
        assert invocation(found, code) == invocation(found, "")


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("\n \t\r\n#!/bin/sh -e\necho 1\n", "#!/bin/sh -e\n\n \t\r\necho 1\n"),
        ("\ufeff\n#!/bin/sh", "#!/bin/sh\n\n"),
        ("\n#!/usr/bin/guile \\\n-s\n!#\n", "#!/usr/bin/guile \\\n-s\n!#\n"),
        ("\n# no line\n#!/bin/sh\n", "\n# no line\n#!/bin/sh\n"),
        ("#!/bin/sh\n\n", "#!/bin/sh\n\n"),
    ],
)
def test_blank_lines_go_below_the_line(code: str, left: str) -> None:
    assert brought_first(code) == left


SPLITS = {
    "": [],
    " a\tb\vc ": ["a", "b", "c"],
    r"a\_b \tc\n": ["a", "b", "\tc\n"],
    r"'a\_b' 'c\'d\\e\f'": [r"a\_b", r"c'd\e\f"],
    r'"a\_b" "c\td"': ["a b", "c\td"],
    "a'b c'\"d e\"f": ["ab cd ef"],
    "'' \"\"": ["", ""],
    "a b#c #d e": ["a", "b#c"],
    r"\#a \$b": ["#a", "$b"],
    "'${A}'": ["${A}"],
}


@pytest.mark.parametrize("text", SPLITS)
def test_a_text_is_split_as_env_does(text: str) -> None:
    assert split(text) == SPLITS[text]


@pytest.mark.parametrize("text", ["'a", '"a', "a\\", "${HOME}", '"$A"', "a$"])
def test_a_text_that_cannot_be_split(text: str) -> None:
    with pytest.raises(InvalidFieldError, match="can't be honoured"):
        split(text)


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("#!/bin/x -y\na\nb\n", "\na\nb\n"),
        ("#! /bin/x", ""),
        ("a\n#!/bin/x\n", "a\n#!/bin/x\n"),
        ("#![allow(unused)]\n", "#![allow(unused)]\n"),
        ("#!racket/base\n", "#!racket/base\n"),
        ("#!/usr/bin/guile -s\n!#\n(x)\n", "#!/usr/bin/guile -s\n!#\n(x)\n"),
    ],
)
def test_a_line_goes_and_line_numbers_stay(code: str, left: str) -> None:
    assert without_line(code) == left


RUNS = {
    ("bash", "echo"): ["bash", "main.sh"],
    ("bash", "#!/bin/sh -e"): ["bash", "-e", "main.sh"],
    ("bash", "#!/usr/bin/python3 -O"): ["bash", "main.sh"],  # the language was chosen
    ("python", "#!/usr/bin/env -S A=1 python3.9 -W error"): ["env", "A=1", "python3", "-W", "error", "main.py"],
    ("awk", "#!/usr/bin/env -S gawk -F: -f"): ["sh", "/etc/language/run.sh", "-F:", "-f", "main.awk", "--"],
    ("awk", "BEGIN {}"): ["sh", "/etc/language/run.sh", "-f", "main.awk", "--"],
    ("commonlisp", "#!/usr/bin/sbcl --script"): ["sbcl", "--script", "main.lisp"],
    ("crystal", "#!/usr/bin/env -S crystal run"): ["./main"],
}


@pytest.mark.parametrize("case", RUNS)
def test_a_program_is_run_as_its_line_says(case: tuple[str, str]) -> None:
    language, code = case
    assert list(invocation(catalog()[language], code).run) == RUNS[case]


@pytest.mark.parametrize(
    ("language", "code", "named"),
    [
        ("commonlisp", "#!/usr/bin/clisp -q", "-q"),
        ("python", "#!/usr/bin/pypy3 --jit off", "--jit off"),
        ("typescript", "#!/usr/bin/env -S ts-node --files", "--files"),
        ("go", "#!/usr/bin/gorun -x", "-x"),
        ("python", "#!/usr/bin/env -S python3 -c ${A}", "${A}"),
        ("bash", "#!/bin/bash -e\0", "NUL"),
        ("bash", "#!/bin/bash -" + "e" * 70_000, "longer than"),
    ],
)
def test_what_cannot_be_honoured_is_named(language: str, code: str, named: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        invocation(catalog()[language], code)
    assert named in str(refused.value)
    assert refused.value.field == "code"


@pytest.mark.parametrize(
    "line", ["#!/usr/bin/env -S " + "\\\\" * 2_000, "#!" + "-Wa" * 1_300, "#!/usr/bin/env " + "-u " * 1_300]
)
def test_a_hostile_line_costs_little(line: str) -> None:
    begin = time.monotonic()
    for language in catalog().values():
        parse(line)
        parse_comment("//usr/bin/env " * 1_000 + line)
        brought_first(" \r\n" * 10_000 + line)
        language.takes(line, line)
    assert time.monotonic() - begin < 2
