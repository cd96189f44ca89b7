// tries: end by a signal of its own making
// must: be told as 128 + the signal, not as our kill
// expect-exit: 137
#include "hostile.h"

int main(void) {
    puts("contained");
    fflush(stdout);
    raise(SIGKILL);
    return 0;
}
