"""What makes output appear by the line leaves no trace in the environment that a program or its children see."""

from __future__ import annotations

import pytest

from tests.client import Client
from tests.conformance.shapes import available, check_result

# Each prints the environment that a child of its own has.
CHILDREN = {
    "awk": 'BEGIN { system("env"); while (("env" | getline) > 0) print; for (name in ENVIRON) print name "=" }',
    "c": "#include <stdlib.h>\nint main(void) { return system(\"env; tr '\\\\0' '\\\\n' </proc/$PPID/environ\"); }",
    "cpp": "#include <cstdlib>\nint main() { return std::system(\"env; tr '\\\\0' '\\\\n' </proc/$PPID/environ\"); }",
    "d": 'import std.process, std.stdio; void main() { write(executeShell("env").output); }',
    "forth": 's" env" system',
    "objc": '#include <stdlib.h>\nint main(void) { return system("env"); }',
    "sqlite": ".system env",
}
LINES = {
    "awk": 'BEGIN { print "first"; for (;;) continue }',
    "c": '#include <stdio.h>\nint main(void) { puts("first"); for (;;); }',
    "cpp": '#include <iostream>\nint main() { std::cout << "first\\n"; for (volatile int i = 0;; i = i + 1); }',
    "d": 'import std.stdio; void main() { writeln("first"); for (int i;; i++) if (i == -1) i++; }',
    "forth": ': forever ." first" cr begin again ; forever',
    "objc": '#include <stdio.h>\nint main(void) { puts("first"); for (;;); }',
    "sqlite": """
SELECT 'first';
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n % 1000 + 1 FROM numbers) SELECT count(*) FROM numbers;
""",
}


@pytest.mark.parametrize("language", CHILDREN)
def test_no_trace_in_the_environment(api: Client, language: str) -> None:
    if available(api, language):
        result = api.execute(language, CHILDREN[language], env={"GIVEN": "1"})
        check_result(result)
        names = {line.partition("=")[0] for line in result["stdout"].splitlines() if line}
        assert {"PATH", "GIVEN"} <= names, result
        assert not [name for name in names if name.startswith(("LD_", "_STDBUF"))], result


@pytest.mark.parametrize("language", LINES)
def test_output_comes_by_the_line(api: Client, language: str) -> None:
    if available(api, language):
        result = api.execute(language, LINES[language], ttl=3)
        assert (result["status"], result["stdout"]) == ("timeout", "first\n"), result


def test_a_library_that_is_asked_for_stays(api: Client) -> None:
    """The variable that stdbuf uses is the customer's, too."""
    if available(api, "awk"):
        env = {"LD_PRELOAD": "/usr/lib/none.so"}
        result = api.execute("awk", 'BEGIN { print ENVIRON["LD_PRELOAD"] }', env=env)
        assert result["stdout"] == "/usr/lib/none.so\n", result
