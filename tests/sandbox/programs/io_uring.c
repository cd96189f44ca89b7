// tries: io_uring, which opens sockets and files past the seccomp filter
// must: be denied
#include "hostile.h"

int main(void) {
    char parameters[256] = {0};
    must_be_denied("io_uring_setup", syscall(425, 8, parameters));
    must_be_denied("io_uring_enter", syscall(426, 0, 1, 0, 0, NULL, 0));
    must_be_denied("io_uring_register", syscall(427, 0, 0, NULL, 0));
    return verdict();
}
