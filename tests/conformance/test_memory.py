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


@pytest.mark.parametrize("sanitizer", SANITIZED)
def test_a_right_program_ends_well_under_a_sanitizer(api: Client, sanitizer: str) -> None:
    if not available(api, "c"):
        return
    source = '#include <stdio.h>\nint main(void) { puts("end"); return 0; }'
    code = f"gcc -g -fsanitize={sanitizer} -o a.out -xc - <<'E' || exit 9\n{source}\nE\n./a.out"
    result = api.execute("bash", code)
    if result["exit_code"] == 9:
        pytest.skip(f"UNTESTED here: gcc has no {sanitizer} sanitizer")
    assert (result["stdout"], result["stderr"], result["exit_code"]) == ("end\n", "", 0), result


def test_what_is_used_is_not(api: Client) -> None:
    code = "block = bytearray(1_800_000_000)\nfor at in range(0, len(block), 4096): block[at] = 1\nprint('BREACH')"
    result = api.execute("python", code)
    check_result(result)
    assert (result["exit_code"], result["error"]) == (137, "killed: memory limit (1024 MiB)"), result


# Each calls itself half a million times, with some hundred bytes a call, and prints the sum.
# Java, Node and Python have limits of their own, which are not the stack's.
RECURSING = {
    "ada": """
with Ada.Text_IO;
procedure Main is
   function Deep (N : Long_Integer) return Long_Integer is
      Pad : array (1 .. 16) of Long_Integer := (others => N) with Volatile;
   begin
      return (if N = 0 then 0 else 1 + Deep (N - 1) + Pad (1) - N);
   end Deep;
begin
   Ada.Text_IO.Put_Line (Long_Integer'Image (Deep (500_000)) (2 .. 7));
end Main;
""",
    "c": """
#include <pthread.h>
#include <stdio.h>
static long deep(long n) { volatile long pad[16] = {n}; return n ? 1 + deep(n - 1) + pad[0] - n : 0; }
static void *thread(void *sum) { *(long *)sum = deep(500000); return NULL; }
int main(void) {
    pthread_t other;
    long sum = 0;
    pthread_create(&other, NULL, thread, &sum);
    pthread_join(other, NULL);
    printf("%ld\\n", deep(500000) == sum ? sum : -1);
}
""",
    "cpp": """
#include <iostream>
#include <thread>
static long deep(long n) { volatile long pad[16] = {n}; return n ? 1 + deep(n - 1) + pad[0] - n : 0; }
int main() {
    long sum = 0;
    std::thread([&] { sum = deep(500'000); }).join();
    std::cout << (deep(500'000) == sum ? sum : -1) << std::endl;
}
""",
    "d": """
import std.stdio;
long deep(long n) { long[16] pad = n; return n ? 1 + deep(n - 1) + pad[n % 16] - n : 0; }
void main() { writeln(deep(500_000)); }
""",
    "fortran": """
program main
  print '(I0)', deep(500000)
contains
  recursive integer(8) function deep(n) result(sum)
    integer, value :: n
    integer(8), volatile :: pad(16)
    pad = n
    sum = 0
    if (n > 0) sum = 1 + deep(n - 1) + pad(1) - n
  end function
end program
""",
    "haskell": "main :: IO ()\nmain = print (foldr (\\_ n -> n + 1) 0 [1 .. 500000 :: Int])\n",
    "objc": """
#include <stdio.h>
static long deep(long n) { volatile long pad[16] = {n}; return n ? 1 + deep(n - 1) + pad[0] - n : 0; }
int main(void) { printf("%ld\\n", deep(500000)); }
""",
    "ocaml": 'let rec deep n = if n = 0 then 0 else 1 + deep (n - 1)\nlet () = Printf.printf "%d\\n" (deep 500000)\n',
    "pascal": """
program main;
function deep(n: int64): int64;
var pad: array[0..15] of int64;
begin
  pad[n mod 16] := n;
  if n = 0 then deep := 0 else deep := 1 + deep(n - 1) + pad[n mod 16] - n;
end;
begin writeln(deep(500000)); end.
""",
    "python": """
import sys, threading
sys.setrecursionlimit(600_000)
def deep(n): return n and 1 + deep(n - 1)
sums = []
thread = threading.Thread(target=lambda: sums.append(deep(500_000)))
thread.start()
thread.join()
print(sums[0] if deep(500_000) == sums[0] else -1)
""",
    "rust": """
fn deep(n: u64) -> u64 {
    let mut pad = [n; 16];
    unsafe { std::ptr::write_volatile(&mut pad[3], n) };
    if n == 0 { 0 } else { 1 + deep(n - 1) + pad[3] - n }
}
fn main() { println!("{}", deep(500_000)); }
""",
}
OVERFLOWING = {
    "java": """
public class Main {
    static int deep(int n) { return 1 + deep(n + 1); }
    public static void main(String[] args) {
        try { deep(0); } catch (StackOverflowError e) { System.out.println("overflow"); }
    }
}
""",
    "javascript": """
const deep = () => 1 + deep();
try { deep(); } catch (e) { if (e instanceof RangeError) console.log("overflow"); }
""",
    "python": "def deep(): return 1 + deep()\ntry: deep()\nexcept RecursionError: print('overflow')",
    "ruby": "def deep; 1 + deep; end\nbegin; deep; rescue SystemStackError; puts 'overflow'; end",
}


@pytest.mark.parametrize("language", RECURSING)
def test_recursion_is_as_deep_as_memory_lets_it(api: Client, language: str) -> None:
    if available(api, language):
        result = api.execute(language, RECURSING[language])
        assert (result["stdout"], result["exit_code"]) == ("500000\n", 0), result


@pytest.mark.parametrize("language", OVERFLOWING)
def test_a_language_with_a_limit_of_its_own_keeps_it(api: Client, language: str) -> None:
    if available(api, language):
        result = api.execute(language, OVERFLOWING[language])
        assert (result["stdout"], result["exit_code"]) == ("overflow\n", 0), result


def test_recursion_without_end_overflows_the_stack(api: Client) -> None:
    if available(api, "c"):
        code = "static long deep(long n) { volatile long pad[16] = {n}; return 1 + deep(n + 1) + pad[0]; }"
        result = api.execute("c", code + "\nint main(void) { return deep(0); }")
        assert (result["exit_code"], result["error"]) == (139, "killed: signal 11 (SIGSEGV)"), result


def test_a_hundred_threads_have_stacks(api: Client) -> None:
    code = """
import threading
gate = threading.Barrier(101)
threads = [threading.Thread(target=gate.wait) for _ in range(100)]
[thread.start() for thread in threads]
gate.wait()
[thread.join() for thread in threads]
print("ok")
"""
    result = api.execute("python", code)
    assert result["stdout"] == "ok\n", result
    assert result["max_memory_kb"] < 100_000
