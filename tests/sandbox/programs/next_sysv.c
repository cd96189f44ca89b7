// tries: leave System V shared memory, semaphores and queues for the next job to find
// must: be refused, or find nothing of the last job's
// again: next job
#include "hostile.h"
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

int main(int count, char **words) {
    const key_t key = 0x600d;
    int flags = count > 1 && strcmp(words[1], "first") == 0 ? IPC_CREAT | 0666 : 0666;
    int segment = shmget(key, 4096, flags), set = semget(key, 1, flags), queue = msgget(key, flags);
    if (flags & IPC_CREAT) return verdict();
    must_fail("shared memory of the last job", segment);
    must_fail("semaphores of the last job", set);
    must_fail("message queue of the last job", queue);
    return verdict();
}
