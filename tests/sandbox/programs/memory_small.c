// tries: exceed the limit by many small processes at once, each of less memory than the supervisor's helper
// must: be ended for it, and the kernel must not choose the helper
// limits: memory_mb=64 work_mb=16
// expect-end: memory
// expect-exit: any
// expect-stdout: nothing
#include "hostile.h"

int main(void) {
    int gate[2];
    char byte;
    if (pipe(gate) < 0) return 1;
    for (int child = 0; child < 50; child++) {
        if (fork() != 0) continue;
        int score = open("/proc/self/oom_score_adj", O_WRONLY);
        if (score >= 0 && write(score, "0", 1) < 0) score = -1;
        close(gate[1]);
        if (read(gate[0], &byte, 1) < 0) _exit(1);
        size_t size = 5 << 20;
        char *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block != MAP_FAILED) memset(block, 1, size);
        for (;;) pause();
    }
    int score = open("/proc/self/oom_score_adj", O_WRONLY);
    if (score >= 0 && write(score, "0", 1) < 0) score = -1;
    usleep(50000);
    close(gate[0]);
    close(gate[1]);
    sleep(2);
    breach("had 250 MiB together");
    return 1;
}
