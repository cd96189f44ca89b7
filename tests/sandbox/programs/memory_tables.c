// tries: read one byte of each 2 MB of 100 TB: no page of it is its own, but the kernel needs tables for all of them
// must: be killed for the tables
// limits: memory_mb=64
// expect-end: memory
// expect-exit: any
// expect-stdout: nothing
#include "hostile.h"

int main(void) {
    size_t reserved = (size_t)100 << 40, step = (size_t)2 << 20;
    volatile char *block = mmap(NULL, reserved, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (block == MAP_FAILED) pause();
    size_t sum = 0;
    for (size_t at = 0; at < (size_t)128 << 10; at++) sum += block[at * step];
    breach("had 512 MiB of tables, %zu", sum);
    return 0;
}
