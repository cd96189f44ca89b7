"""Sources as editors and people leave them, in every language that runs here."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from functions.core.languages import Language, catalog, examples
from tests.client import Client
from tests.conformance.shapes import available, check_error

TTL = 60
GREETING = "Hello, world!\n"
RAW = {"Content-Type": "text/plain"}


def with_mark(_: Language, hello: str) -> str:
    return f"\ufeff{hello}"


def with_line(language: Language, hello: str) -> str:
    """As an editor on Windows, too, would leave it: marked, and without a last line end."""
    return f"\ufeff#!/usr/bin/env {(language.shebangs or (language.id,))[0]}\n{hello.rstrip()}"


SOURCES = {"a byte order mark": with_mark, "a #! line, no last line end": with_line}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("language_id", list(catalog()))
def test_a_source(api: Client, language_id: str, source: str) -> None:
    if not available(api, language_id):
        return
    code = SOURCES[source](catalog()[language_id], examples()[language_id])
    result = api.execute(language_id, code, ttl=TTL)
    assert (result["stdout"], result["stderr"], result["exit_code"]) == (GREETING, "", 0), result


ONE_LINE = {
    "ada": 'with Ada.Text_IO; procedure P is begin Ada.Text_IO.Put_Line ("Hello, world!"); end P;',
    "c": 'int puts(const char *); int main(void) { puts("Hello, world!"); }',
    "cpp": 'extern "C" int puts(const char *); int main() { puts("Hello, world!"); }',
    "csharp": 'class P { static void Main() { System.Console.WriteLine("Hello, world!"); } }',
    "d": 'void main() { import std.stdio; writeln("Hello, world!"); }',
    "fortran": "print '(a)', 'Hello, world!'; end",
    "go": 'package main; import "fmt"; func main() { fmt.Println("Hello, world!") }',
    "haskell": 'main = putStrLn "Hello, world!"',
    "java": 'class P { public static void main(String[] a) { System.out.println("Hello, world!"); } }',
    "kotlin": 'fun main() { println("Hello, world!") }',
    "objc": '#import <stdio.h>\nint main(void) { puts("Hello, world!"); }',
    "pascal": "begin WriteLn('Hello, world!'); end.",
    "racket": '(displayln "Hello, world!")',
    "rust": 'fn main() { println!("Hello, world!"); }',
    "scala": '@main def p(): Unit = println("Hello, world!")',
    "scheme": '(begin (display "Hello, world!") (newline))',
    "typescript": 'const text: string = "Hello, world!"; console.log(text);',
}


@pytest.mark.parametrize("ending", ["", " ", "\n\n"])
@pytest.mark.parametrize("language_id", ONE_LINE)
def test_one_line(api: Client, language_id: str, ending: str) -> None:
    if available(api, language_id):
        result = api.execute(language_id, ONE_LINE[language_id] + ending, ttl=TTL)
        assert (result["stdout"], result["exit_code"]) == (GREETING, 0), result


# the line, what follows it, and how that ends: stdout, exit code
LINES = {
    "bash -e": ("#!/bin/bash -e", "false\necho on\n", "", 1),
    "sh -e": ("#!/bin/sh -e", "false\necho on\n", "", 1),
    "two options in one": ("#!/bin/bash -eu", "echo $NONE\necho on\n", "", 1),
    "env -S bash": ("#!/usr/bin/env -S bash -euo pipefail", "false | true\necho on\n", "", 1),
    "env bash, split elsewhere": ("#!/usr/bin/env bash -e", "false\necho on\n", "", 1),
    "what bash doesn't know": ("#!/bin/bash -e -u", "echo on\n", "", 1),  # the kernel makes one argument of it
    "awk's separator": ("#!/usr/bin/env -S awk -F: -f", "BEGIN { printf FS; print ARGV[1] }\n", ":x\n", 0),
    "python -O": ("#!/usr/bin/python3 -O", "assert False\nprint('on')\n", "on\n", 0),
    "python -W error": (
        "#!/usr/bin/env -S python3 -W error",
        "import warnings; warnings.warn('x')\nprint(1)\n",
        "",
        1,
    ),
    "python -W in one": ("#!/usr/bin/python3 -W error", "import warnings; warnings.warn('x')\nprint(1)\n", "", 1),
    "node's flag": ("#!/usr/bin/env -S node --expose-gc", "console.log(typeof gc)\n", "function\n", 0),
    "perl -l": ("#!/usr/bin/perl -l", 'print "a"; print $ARGV[0]\n', "a\nx\n", 0),
    "perl by env -S": ("#!/usr/bin/env -S perl -Mstrict -we", "x\n", "", 255),
    "php -d": ("#!/usr/bin/env -S php -d precision=3", '<?php echo 1/3, "\\n";\n', "0.333\n", 0),
    "ruby -r": ("#!/usr/bin/env -S ruby -rjson -W0", "puts JSON.dump([ARGV[0]])\n", '["x"]\n', 0),
    "lua -e": ("#!/usr/bin/env -S lua -e A=1", "print(A, arg[1])\n", "1\tx\n", 0),
    "sbcl": ("#!/usr/bin/sbcl --script", '(format t "~a~%" (1+ 1))\n', "2\n", 0),
    "guile": ("#!/usr/bin/guile -s\n!#", "(display (cadr (command-line)))\n(newline)\n", "x\n", 0),
    "guile's next line": (
        "#!/usr/bin/guile \\\n-e main -s\n!#",
        "(define (main args) (display (cadr args)))\n",
        "x",
        0,
    ),
    "env's variables": (
        "#!/usr/bin/env -S A=1 'B=2 3' python3",
        "import os; print(os.environ['A'], os.environ['B'])\n",
        "1 2 3\n",
        0,
    ),
    "env's variables and a compiler": ("#!/usr/bin/env -S A=1 crystal run", 'puts ENV["A"]\n', "1\n", 0),
    "env -u": ("#!/usr/bin/env -S -u HOME bash", 'echo "${HOME-none} $1"\n', "none x\n", 0),
    "env -i": ("#!/usr/bin/env -iS A=1 bash", 'echo "${HOME-none} $A"\n', "none 1\n", 0),
    "runghc -X": (
        "#!/usr/bin/env -S runghc -XLambdaCase",
        "main = (\\case { 1 -> print 2; _ -> print 3 }) 1\n",
        "2\n",
        0,
    ),
    "java --source": (
        "#!/usr/bin/java --source 11",
        "class A { public static void main(String[] a) { System.out.println(a[0]); } }\n",
        "x\n",
        0,
    ),
    "octave -q": ("#!/usr/bin/octave -qf", "disp(argv(){end})\n", "x\n", 0),
}


@pytest.mark.parametrize("route", ["/run", "/execute"])
@pytest.mark.parametrize("case", LINES)
def test_a_line_is_honoured(api: Client, case: str, route: str) -> None:
    line, rest, stdout, exit_code = LINES[case]
    language = catalog().detect(line)
    assert language
    if not available(api, language.id):
        return
    code = f"{line}\n{rest}"
    if route == "/run":
        answer = api.request("POST", f"/run?{urlencode({'ttl': TTL, 'args': json.dumps(['x'])})}", code.encode(), RAW)
    else:
        answer = api.post("/execute", {"language": language.id, "code": code, "ttl": TTL, "args": ["x"]})
    result = answer.json
    assert (result["stdout"], result["exit_code"]) == (stdout, exit_code), result


@pytest.mark.parametrize("route", ["/run", "/execute"])
def test_a_line_that_cannot_be_honoured_is_refused(api: Client, route: str) -> None:
    code = "#!/usr/bin/env -S ts-node --files\nconsole.log(1)\n"
    if route == "/run":
        answer = api.request("POST", "/run", code.encode(), RAW)
    else:
        answer = api.post("/execute", {"language": "typescript", "code": code})
    body = check_error(answer, 422, "validation_error")
    assert body["details"][0]["field"] == "code"
    assert "--files" in body["message"]
