// tries: change the limits, priority, processors and memory score of the supervisor and process 1
// must: be refused each
#include "hostile.h"
#include <sys/resource.h>

static void bend(pid_t pid) {
    char path[48];
    struct stat facts;
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", pid);
    if (pid == getpid() || stat(path, &facts) < 0 || facts.st_uid == getuid()) return;
    struct rlimit none = {0, 0};
    cpu_set_t all;
    memset(&all, 0xff, sizeof all);
    must_fail("prlimit", prlimit(pid, RLIMIT_NOFILE, &none, NULL));
    must_fail("setpriority", setpriority(PRIO_PROCESS, pid, 19));
    must_fail("sched_setaffinity", sched_setaffinity(pid, sizeof all, &all));
    must_fail("ioprio_set", syscall(SYS_ioprio_set, 1, pid, 3 << 13));
    must_fail(path, open(path, O_WRONLY));
}

int main(void) {
    bend(1);
    bend(getppid());
    for (pid_t pid = 2; pid < 512; pid++) bend(pid);
    return verdict();
}
