// tries: hold memory in System V segments that no process has attached
// must: be refused, stopped or killed before four times the limit
// limits: memory_mb=64
// expect-end: memory or exited
// expect-exit: any
// expect-stdout: contained or nothing
#include "hostile.h"
#include <sys/ipc.h>
#include <sys/shm.h>

int main(void) {
    int held = 0;
    while (held < 256) {
        int segment = shmget(IPC_PRIVATE, 8 << 20, IPC_CREAT | 0600);
        char *block = segment < 0 ? (void *)-1 : shmat(segment, NULL, 0);
        if (block == (void *)-1) break;
        memset(block, 1, 8 << 20);
        shmdt(block);
        held += 8;
        usleep(1000);
    }
    if (held >= 256) breach("held %d MiB", held);
    return verdict();
}
