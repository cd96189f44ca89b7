// tries: leave a process that stops every other process of its user, whoever comes to kill it among them
// must: be killed all the same, soon
// timeout: 2
#include "hostile.h"

int main(void) {
    int ready[2];
    char byte;
    pid_t parent = getpid();
    if (pipe(ready) < 0) return 1;
    if (fork() == 0) {
        setsid();
        if (write(ready[1], "x", 1) < 0) return 1;
        while (getppid() == parent) {} // its parent ends first
        for (;;) kill(-1, SIGSTOP);
    }
    if (read(ready[0], &byte, 1) < 0) return 1;
    return verdict();
}
