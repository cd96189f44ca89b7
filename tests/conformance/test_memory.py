"""Memory is what a program uses, not what it reserves; and deep recursion has the memory that the job has."""

from __future__ import annotations

import pytest

from tests.client import Client
from tests.conformance.shapes import available, check_result

# Each reserves far more than its limit, touches little, and prints ok.
RESERVING = {
    "c": """
#include <stdio.h>
#include <stdlib.h>
int main(void) {
    size_t size = 2300000000;
    char *block = malloc(size);
    if (!block) return puts("no memory"), 1;
    for (size_t at = 0; at < size; at += 64 << 20) block[at] = 1;
    puts("ok");
}
""",
    "cpp": """
#include <iostream>
#include <vector>
int main() {
    std::vector<char> block;
    block.reserve(9'000'000'000);
    std::cout << (block.capacity() ? "ok" : "none") << std::endl;
}
""",
    "javascript": """
const { Worker } = require("worker_threads");
let left = 8;
for (let i = 0; i < 8; i++) new Worker("", { eval: true }).on("exit", () => --left || console.log("ok"));
""",
    "perl": 'use threads; $_->join for map { threads->create(sub { 1 }) } 1 .. 8; print "ok\\n"',
    "python": """
import mmap, threading
block = mmap.mmap(-1, 8 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)  # MAP_NORESERVE
block[5 << 30] = 1
threads = [threading.Thread(target=block.tell) for _ in range(50)]
[thread.start() for thread in threads]
print("ok")
""",
}
SANITIZED = {
    "address": 'int *p = malloc(4); free(p); if (*(volatile int *)p == 77) puts("");',
    "thread": 'puts("no race");',
    "undefined": "volatile int n = 2147483647; n++;",
}


@pytest.mark.parametrize("language", RESERVING)
def test_what_is_reserved_is_free(api: Client, language: str) -> None:
    if available(api, language):
        result = api.execute(language, RESERVING[language])
        assert (result["stdout"], result["exit_code"]) == ("ok\n", 0), result
        assert result["max_memory_kb"] < 400_000


@pytest.mark.parametrize("sanitizer", SANITIZED)
def test_a_sanitizer_starts(api: Client, sanitizer: str) -> None:
    if not available(api, "c"):
        return
    source = f'#include <stdio.h>\n#include <stdlib.h>\nint main(void) {{ {SANITIZED[sanitizer]} puts("end"); }}'
    code = f"gcc -g -fsanitize={sanitizer} -o a.out -xc - <<'E' || exit 9\n{source}\nE\n./a.out"
    result = api.execute("bash", code)
    if result["exit_code"] == 9:
        pytest.skip(f"UNTESTED here: gcc has no {sanitizer} sanitizer")
    told = {"address": "heap-use-after-free", "thread": "", "undefined": "signed integer overflow"}[sanitizer]
    assert told in result["stderr"], result
    assert ("end" in result["stdout"]) is (sanitizer != "address"), result


def test_what_is_used_is_not(api: Client) -> None:
    code = "block = bytearray(1_800_000_000)\nfor at in range(0, len(block), 4096): block[at] = 1\nprint('BREACH')"
    result = api.execute("python", code)
    check_result(result)
    assert (result["exit_code"], result["error"]) == (137, "killed: memory limit (1024 MiB)"), result
