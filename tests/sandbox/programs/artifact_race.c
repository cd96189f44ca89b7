// tries: swap a file and a link while the supervisor reads, from a process that should be dead by then
// must: not get the link's target
// expect-artifacts: any
#include "hostile.h"

int main(void) {
    mkdir("/tmp/artifacts", 0755);
    close(open("/tmp/artifacts/plain", O_CREAT | O_WRONLY, 0644));
    if (symlink("/etc/passwd", "/tmp/artifacts/link") < 0) return 1;
    if (fork() == 0) {
        setsid();
        for (;;) syscall(SYS_renameat2, AT_FDCWD, "/tmp/artifacts/plain", AT_FDCWD, "/tmp/artifacts/link", 2 /* exchange */);
    }
    return verdict();
}
