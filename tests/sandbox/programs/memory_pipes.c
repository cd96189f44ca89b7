// tries: hold kernel memory in pipes and socket buffers, which belongs to no process
// must: be stopped by the limit on descriptors before 64 MiB
// limits: memory_mb=64 open_files=64
// expect-end: exited or memory
// expect-exit: 0 or 137
// expect-stdout: contained or nothing
#include "hostile.h"
#include <sys/socket.h>

static char block[1 << 16];

static long fill(int fd) {
    long held = 0, written;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while ((written = write(fd, block, sizeof block)) > 0) held += written;
    return held;
}

int main(void) {
    long held = 0;
    for (int i = 0; i < 4096; i++) {
        int ends[2];
        if ((i & 1 ? pipe(ends) : socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) < 0) break;
        fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
        held += fill(ends[1]);
    }
    if (held > 64 << 20) breach("held %ld MiB", held >> 20);
    return verdict();
}
