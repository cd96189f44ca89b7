// tries: leave a core dump, here or through the machine's core pattern
// must: die of SIGSEGV and leave nothing
// collect: core
// expect-exit: 139
#include "hostile.h"
#include <sys/prctl.h>
#include <sys/resource.h>

int main(void) {
    struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_CORE, &all) == 0) breach("core dumps allowed");
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    verdict();
    fflush(stdout);
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
    return 0;
}
