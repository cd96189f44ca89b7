// tries: hold memory in nameless files that no process maps, so that no resident size shows it
// must: be refused, stopped or killed before four times the limit
// limits: memory_mb=64 file_mb=16 work_mb=32
// expect-end: memory or exited
// expect-exit: any
// expect-stdout: contained or nothing
#include "hostile.h"

int main(void) {
    static char block[1 << 20];
    memset(block, 1, sizeof block);
    signal(SIGXFSZ, SIG_IGN);
    int held = 0;
    for (int file = 0; file < 64 && held < 256; file++) {
        int fd = (int)syscall(SYS_memfd_create, "x", 0);
        for (int i = 0; i < 16 && fd >= 0 && write(fd, block, sizeof block) > 0; i++) held++;
        usleep(1000);
    }
    if (held >= 256) breach("held %d MiB", held);
    return verdict();
}
