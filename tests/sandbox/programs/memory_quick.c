// tries: touch 1 GB as fast as the machine can, by as many threads as it has processors, and be gone at once
// must: be killed or found out, and be told so
// limits: memory_mb=512
// expect-end: memory
// expect-exit: 137
// expect-stdout: any
#include "hostile.h"
#include <pthread.h>

enum { THREADS = 4 };
static const size_t share = ((size_t)1 << 30) / THREADS;

static void *touch(void *block) {
    madvise(block, share, MADV_HUGEPAGE);
    memset(block, 1, share);
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    char *block = mmap(NULL, share * THREADS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) pause();
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, touch, block + i * share);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    _exit(0);
}
