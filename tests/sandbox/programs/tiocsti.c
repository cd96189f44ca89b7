// tries: type commands into the supervisor's terminal
// must: have no terminal, and be refused
#include "hostile.h"
#include <sys/ioctl.h>
#include <termios.h>

int main(void) {
    int terminals[] = {0, 1, 2, open("/dev/tty", O_RDWR), open("/dev/console", O_RDWR), open("/dev/tty0", O_RDWR)};
    char key = 'x', paste = 3;
    for (unsigned i = 0; i < sizeof terminals / sizeof *terminals; i++) {
        must_fail("TIOCSTI", ioctl(terminals[i], TIOCSTI, &key));
        must_fail("TIOCLINUX", ioctl(terminals[i], 0x541C, &paste));
    }
    must_fail("/dev/tty", terminals[3]);
    // With the top half of the command set, which a careless filter compares and the kernel ignores.
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    if (master >= 0) {
        must_fail("TIOCSTI on its own", syscall(SYS_ioctl, master, (1ul << 32) | TIOCSTI, &key));
        must_fail("TIOCSTI on its own, plain", ioctl(master, TIOCSTI, &key));
    }
    return verdict();
}
