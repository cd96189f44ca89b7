// tries: wait with forty processes for one moment, and then touch 24 MB each, as fast as the machine can
// must: be killed for the sum, of which it never has four times its limit in use at the end
// limits: memory_mb=128 processes=64
// expect-end: memory
// expect-exit: any
// expect-stdout: nothing
#include "hostile.h"

int main(void) {
    enum { CHILDREN = 40 };
    size_t size = 24 << 20;
    int gate[2], done[2];
    char byte;
    if (pipe(gate) < 0 || pipe(done) < 0) return 1;
    for (int child = 0; child < CHILDREN; child++) {
        if (fork() != 0) continue;
        close(gate[1]);
        if (read(gate[0], &byte, 1) < 0) _exit(1);
        char *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block != MAP_FAILED) memset(block, 1, size);
        if (write(done[1], "x", 1) < 0) _exit(1);
        for (;;) pause();
    }
    usleep(50000);
    close(gate[0]);
    close(gate[1]);
    for (int child = 0; child < CHILDREN; child++) if (read(done[0], &byte, 1) < 1) return 1;
    breach("had 960 MiB together");
    return 0;
}
