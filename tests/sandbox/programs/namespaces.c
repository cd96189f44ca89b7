// tries: make or enter namespaces by clone, clone3, unshare and setns
// must: be refused each
#include "hostile.h"
#include <linux/sched.h>

int main(void) {
    long flags[] = {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS,
                    CLONE_NEWCGROUP, 0x80 /* time */};
    const char *names[] = {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"};
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (flags[i] != 0x80) {
            long child = syscall(SYS_clone, flags[i] | SIGCHLD, 0, 0, 0, 0);
            if (child == 0) _exit(0);
            must_fail("clone", child);
        }
        struct clone_args arguments = {.flags = (uint64_t)flags[i], .exit_signal = SIGCHLD};
        long child = syscall(SYS_clone3, &arguments, sizeof arguments);
        if (child == 0) _exit(0);
        must_fail("clone3", child);
        must_fail("unshare", unshare((int)flags[i]));
        char path[32];
        for (int pid = 1; pid < 3; pid++) {
            snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, names[i]);
            int fd = open(path, O_RDONLY);
            if (fd >= 0) must_fail("setns", setns(fd, 0));
        }
    }
    return verdict();
}
