// tries: compute past its processor time, ignoring the warning
// must: end by a signal, long before the wall clock
// limits: cpu_seconds=1
// timeout: 5
// expect-exit: 137 or 152
// expect-stdout: nothing
#include "hostile.h"

int main(void) {
    signal(SIGXCPU, SIG_IGN);
    for (volatile unsigned long i = 0;; i++) {}
}
