// tries: outrun the kill: each child forks the next one and dies, so that a list of processes is always old
// must: be gone all the same
// expect-stdout: contained
#include "hostile.h"

int main(void) {
    puts("contained");
    fflush(stdout);
    for (int runner = 0; runner < 4; runner++) {
        if (fork() != 0) continue;
        setsid();
        for (;;)
            if (fork() > 0) _exit(0);
    }
    return 0;
}
