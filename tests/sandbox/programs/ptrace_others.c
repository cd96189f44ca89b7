// tries: attach to every process that isn't its own, and read its memory, registers and descriptors
// must: be refused each
// timeout: 3
#include "hostile.h"
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <linux/kcmp.h>

static void attack(pid_t pid) {
    must_fail("PTRACE_ATTACH", ptrace(PTRACE_ATTACH, pid, 0, 0));
    must_fail("PTRACE_SEIZE", ptrace(PTRACE_SEIZE, pid, 0, 0));
    char data[8];
    struct iovec here = {data, sizeof data}, there = {(void *)0x400000, sizeof data};
    must_fail("process_vm_readv", syscall(SYS_process_vm_readv, pid, &here, 1, &there, 1, 0));
    must_fail("process_vm_writev", syscall(SYS_process_vm_writev, pid, &here, 1, &there, 1, 0));
    must_fail("kcmp", syscall(SYS_kcmp, pid, getpid(), KCMP_FILES, 0, 0));
    int handle = syscall(SYS_pidfd_open, pid, 0);
    if (handle >= 0) must_fail("pidfd_getfd", syscall(SYS_pidfd_getfd, handle, 0, 0));
}

int main(void) {
    pid_t self = getpid();
    attack(1 == self ? getppid() : 1);
    if (getppid() > 0) attack(getppid());
    for (pid_t pid = 2; pid < 512; pid++)
        if (pid != self && kill(pid, 0) == 0) attack(pid);
    return verdict();
}
