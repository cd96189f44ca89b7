// tries: touch memory as fast as the machine can, to be past the limit before anyone looks
// must: never have four times its limit
// limits: memory_mb=64
// expect-end: memory or exited
// expect-exit: any
// expect-stdout: contained or nothing
#include "hostile.h"

int main(void) {
    size_t most = (size_t)256 << 20;
    char *block = mmap(NULL, most, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block != MAP_FAILED) {
        memset(block, 1, most);
        breach("had %zu MiB", most >> 20);
    }
    return verdict();
}
