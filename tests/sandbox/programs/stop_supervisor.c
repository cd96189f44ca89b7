// tries: freeze and kill process 1, its parent and every process with another owner
// must: not be able to signal a process with another owner
#include "hostile.h"

static uid_t owner(pid_t pid) {
    char path[32];
    struct stat facts;
    snprintf(path, sizeof path, "/proc/%d", pid);
    return stat(path, &facts) == 0 ? facts.st_uid : getuid();
}

int main(void) {
    for (pid_t pid = 1; pid < 4096; pid++) {
        if (pid == getpid()) continue;
        uid_t uid = owner(pid);
        int stopped = kill(pid, SIGSTOP) == 0;
        kill(pid, SIGKILL);
        if (stopped && uid != getuid()) breach("stopped process %d of user %d", pid, (int)uid);
    }
    kill(getppid(), SIGSTOP);
    pid_t group = getpgid(getppid());
    if (group > 0 && group != getpgid(0)) killpg(group, SIGSTOP);
    return verdict();
}
