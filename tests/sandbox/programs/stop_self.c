// tries: stop itself and its children, so that they can't act on a signal to end
// must: time out
// timeout: 0.5
// expect-end: timeout
// expect-exit: -1
#include "hostile.h"

int main(void) {
    puts("contained");
    fflush(stdout);
    fork();
    raise(SIGSTOP);
    for (;;) pause();
}
