// tries: use ptrace on its own child to skip the seccomp filter (rewriting a permitted call into a denied one)
// must: be refused ptrace, or see the rewritten call denied
#include "hostile.h"
#include <sys/ptrace.h>
#include <sys/user.h>

int main(void) {
    pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) < 0) _exit(0);
        raise(SIGSTOP);
        long key = syscall(SYS_getppid);
        _exit(key == getppid() || key < 0 ? 0 : 1);
    }
    int status;
    while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
#ifdef __x86_64__
        struct user_regs_struct registers;
        if (ptrace(PTRACE_GETREGS, child, 0, &registers) == 0 && registers.orig_rax == SYS_getppid) {
            registers.orig_rax = SYS_keyctl;
            registers.rdi = 0;
            registers.rsi = (unsigned long long)-2;
            registers.rdx = 1;
            ptrace(PTRACE_SETREGS, child, 0, &registers);
        }
#endif
        if (ptrace(PTRACE_SYSCALL, child, 0, 0) < 0) kill(child, SIGKILL);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 1) breach("keyctl by a rewritten call");
    return verdict();
}
