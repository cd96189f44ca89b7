"""A program's standard streams have names, as on any machine: what is opened by one is the stream itself."""

from __future__ import annotations

import pytest

from tests.client import Client
from tests.conformance.shapes import available

# Each writes `out` to /dev/stdout and `err` to /dev/stderr, opened by these names. PHP is missing: it follows links
# itself, and so finds no pipe by a name on any machine.
WRITERS = {
    "ada": """
with Ada.Text_IO; use Ada.Text_IO;
procedure Main is
   File : File_Type;
begin
   Open (File, Out_File, "/dev/stdout"); Put_Line (File, "out"); Close (File);
   Open (File, Out_File, "/dev/stderr"); Put_Line (File, "err"); Close (File);
end Main;
""",
    "awk": 'BEGIN { print "out" > "/proc/self/fd/1"; print "err" > "/proc/self/fd/2" }',
    "bash": "echo out > /dev/stdout; echo err > /dev/stderr",
    "bun": """
import { writeFileSync } from "fs";
writeFileSync("/dev/stdout", "out\\n");
writeFileSync("/dev/stderr", "err\\n");
""",
    "c": """
#include <stdio.h>
static void say(const char *name, const char *text) {
    FILE *file = fopen(name, "w");
    if (!file) { perror(name); return; }
    fprintf(file, "%s\\n", text);
    fclose(file);
}
int main(void) { say("/dev/stdout", "out"); say("/dev/stderr", "err"); }
""",
    "cpp": """
#include <fstream>
int main() { std::ofstream("/dev/stdout") << "out\\n"; std::ofstream("/dev/stderr") << "err\\n"; }
""",
    "deno": 'Deno.writeTextFileSync("/dev/stdout", "out\\n"); Deno.writeTextFileSync("/dev/stderr", "err\\n");',
    "fortran": """
program main
  open(unit=10, file='/dev/stdout', action='write'); write(10, '(A)') 'out'; close(10)
  open(unit=11, file='/dev/stderr', action='write'); write(11, '(A)') 'err'; close(11)
end program
""",
    "go": """
package main
import "os"
func main() {
	for name, text := range map[string]string{"/dev/stdout": "out\\n", "/dev/stderr": "err\\n"} {
		file, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil { panic(err) }
		file.WriteString(text)
	}
}
""",
    "java": """
import java.io.*;
public class Main {
    public static void main(String[] args) throws IOException {
        try (var file = new FileWriter("/dev/stdout")) { file.write("out\\n"); }
        try (var file = new FileWriter("/dev/stderr")) { file.write("err\\n"); }
    }
}
""",
    "javascript": """
const fs = require("fs");
fs.writeFileSync("/dev/stdout", "out\\n");
fs.writeFileSync("/dev/stderr", "err\\n");
""",
    "lua": 'io.open("/dev/stdout", "w"):write("out\\n"); io.open("/dev/stderr", "w"):write("err\\n")',
    "ocaml": """
let say name text = let file = open_out name in output_string file text; close_out file
let () = say "/dev/stdout" "out\\n"; say "/dev/stderr" "err\\n"
""",
    "octave": """
f = fopen("/dev/stdout", "w"); fputs(f, "out\\n"); fclose(f);
f = fopen("/dev/stderr", "w"); fputs(f, "err\\n"); fclose(f);
""",
    "pascal": """
program main;
procedure say(name, line: string);
var f: text;
begin assign(f, name); rewrite(f); writeln(f, line); close(f); end;
begin say('/dev/stdout', 'out'); say('/dev/stderr', 'err'); end.
""",
    "perl": """
open my $o, ">", "/dev/stdout" or die $!; print $o "out\\n";
open my $e, ">", "/dev/stderr" or die $!; print $e "err\\n";
""",
    "python": "print('out', file=open('/dev/stdout', 'w'))\nprint('err', file=open('/dev/stderr', 'a'))",
    "r": """
out <- file("/dev/stdout", "w", raw = TRUE); cat("out\\n", file = out); close(out)
err <- file("/dev/stderr", "w", raw = TRUE); cat("err\\n", file = err); close(err)
""",
    "ruby": 'File.write("/dev/stdout", "out\\n"); File.write("/dev/stderr", "err\\n")',
    "rust": """
use std::{fs::OpenOptions, io::Write};
fn main() {
    for (name, text) in [("/dev/stdout", "out\\n"), ("/dev/stderr", "err\\n")] {
        OpenOptions::new().write(true).open(name).unwrap().write_all(text.as_bytes()).unwrap();
    }
}
""",
    "tcl": 'set f [open /dev/stdout w]; puts $f out; close $f; set f [open /dev/stderr w]; puts $f err; close $f',
}  # fmt: skip
NAMES = {
    "dev": ("/dev/stdout", "/dev/stderr"),
    "dev-fd": ("/dev/fd/1", "/dev/fd/2"),
    "proc": ("/proc/self/fd/1", "/proc/self/fd/2"),
}


@pytest.mark.parametrize("language", WRITERS)
def test_a_stream_is_opened_by_its_name(api: Client, language: str) -> None:
    if available(api, language):
        result = api.execute(language, WRITERS[language])
        assert (result["stdout"], result["stderr"], result["exit_code"]) == ("out\n", "err\n", 0), result


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("opened", [">", ">>", "1<>"])
def test_by_each_name_and_mode(api: Client, names: tuple[str, str], opened: str) -> None:
    result = api.execute("bash", f"echo a; echo out {opened} {names[0]}; echo err {opened} {names[1]}; echo b")
    assert (result["stdout"], result["stderr"]) == ("a\nout\nb\n", "err\n"), result


def test_with_tee_and_from_children(api: Client) -> None:
    code = (
        "echo both | tee /dev/stderr; sh -c 'sh -c \"echo deep >/dev/stderr\"'; exec 2>&1; echo joined >/dev/stderr"
    )
    result = api.execute("bash", code)
    assert (result["stdout"], result["stderr"]) == ("both\njoined\n", "both\ndeep\n"), result


def test_input_by_its_name(api: Client) -> None:
    """Each opening reads from the beginning, as that of a file does."""
    result = api.execute("bash", "read a </dev/stdin; read b </dev/fd/0; read c; echo $a $b $c", stdin="1\n2\n")
    assert (result["stdout"], result["stderr"]) == ("1 1 1\n", ""), result


def test_a_compiler_has_them_too(api: Client) -> None:
    if available(api, "c"):
        result = api.execute("c", '#include "/dev/stdin"\nint main(void) { return 7; }\n', stdin="")
        assert result["exit_code"] == 7, result
