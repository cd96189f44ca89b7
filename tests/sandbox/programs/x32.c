// tries: denied calls by their x32 numbers, which a filter by number alone lets through
// must: be denied or killed, never served
// expect-exit: 0 or 159
// expect-stdout: contained or nothing
#include "hostile.h"

int main(void) {
#ifdef __x86_64__
    const long x32 = 0x40000000;
    must_be_denied("x32 getpid", syscall(x32 | SYS_getpid));
    must_be_denied("x32 socket", syscall(x32 | SYS_socket, 2, 1, 0));
    must_be_denied("x32 keyctl", syscall(x32 | SYS_keyctl, 0, -4, 1));
    must_be_denied("x32 unshare", syscall(x32 | SYS_unshare, CLONE_NEWUSER));
#endif
    return verdict();
}
