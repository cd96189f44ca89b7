"""What a program has written before it exits or fails arrives, as it does in a file or on a terminal."""

from __future__ import annotations

import pytest

from tests.client import Client
from tests.conformance.shapes import available

MUCH = 1_500_000
LANGUAGES = ("javascript", "typescript", "bun")
DECLARED = "declare const process: any;\n"  # for a compiler without Node's types
ENDS = {
    "exit": ("process.exit(3);", 3, ""),
    "exit-later": ("setTimeout(() => process.exit(4), 1);", 4, ""),
    "throw": ('throw new Error("the last");', 1, "the last"),
    "rejection": ('Promise.reject(new Error("the last"));', 1, "the last"),
    "end": ("", 0, ""),
}
WRITES = {
    "log": f'console.log("x".repeat({MUCH}));',
    "write": f'process.stdout.write("x".repeat({MUCH}) + "\\n");',
    "lines": f"""
for (let i = 0; i < {MUCH // 100}; i++) process.stdout.write("x".repeat(100));
process.stdout.write("\\n");
""",
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_was_written_arrives(api: Client, language: str, write: str, end: str) -> None:
    if not available(api, language):
        return
    code, exit_code, told = ENDS[end]
    result = api.execute(language, f"{DECLARED if language == 'typescript' else ''}{WRITES[write]}\n{code}")
    assert (len(result["stdout"]), result["exit_code"]) == (MUCH + 1, exit_code), result["stderr"][-500:]
    assert told in result["stderr"]
    assert result["stdout_truncated"] is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_both_streams_and_more_than_is_kept(api: Client, language: str) -> None:
    if available(api, language):
        code = (
            f'process.stderr.write("e".repeat({MUCH})); process.stdout.write("x".repeat(3000000)); process.exit(0);'
        )
        result = api.execute(language, (DECLARED if language == "typescript" else "") + code)
        assert (len(result["stdout"]), result["stdout_truncated"]) == (2 << 20, True)
        assert result["stderr"].endswith("e" * MUCH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stream_is_still_one(api: Client, language: str) -> None:
    """Callbacks are called, events come, and the end is one."""
    if available(api, language):
        code = """
process.stdout.write("a\\n", () => {
  process.stdout.on("finish", () => console.error("finished"));
  process.stdout.end("b\\n");
});
process.stdout.write(new Uint8Array([99, 10]));
"""
        result = api.execute(language, (DECLARED if language == "typescript" else "") + code)
        assert (result["stdout"], result["stderr"], result["exit_code"]) == ("a\nc\nb\n", "finished\n", 0), result


def test_it_shows_in_no_variable(api: Client) -> None:
    if available(api, "javascript"):
        code = "console.log(process.env.NODE_OPTIONS, process.argv.length, process.stdout === process.stdout)"
        assert api.execute("javascript", code)["stdout"] == "undefined 2 true\n"
