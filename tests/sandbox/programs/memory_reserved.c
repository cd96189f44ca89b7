// tries: nothing bad: reserves 100 TB, as sanitizers and runtimes do, allocates 2 GB as an array that is mostly empty
// must: be let, for it uses little of either
// limits: memory_mb=64
#include "hostile.h"

int main(void) {
    size_t reserved = (size_t)100 << 40, allocated = (size_t)2 << 30;
    char *block = mmap(NULL, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    char *array = calloc(allocated, 1);
    if (block == MAP_FAILED || !array) breach("refused");
    for (size_t at = 0; block != MAP_FAILED && at < 16; at++) block[at * (reserved / 16)] = 1;
    for (size_t at = 0; array && at < allocated; at += 64 << 20) array[at] = 1;
    usleep(100000);
    return verdict();
}
