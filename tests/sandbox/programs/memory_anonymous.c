// tries: touch more memory than the limit
// must: be killed for it, and be told so
// timeout: 2
// limits: memory_mb=64
// expect-end: memory
// expect-exit: any
// expect-stdout: nothing
#include "hostile.h"

int main(void) {
    for (int mebibytes = 0; mebibytes < 256; mebibytes += 2) {
        char *block = mmap(NULL, 2 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) pause();
        memset(block, 1, 2 << 20);
        usleep(4000);
    }
    breach("had 256 MiB");
    return 0;
}
