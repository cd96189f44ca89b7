// tries: leave data in, and read, the kernel's keyrings
// must: be denied each
#include "hostile.h"

int main(void) {
    must_be_denied("add_key", syscall(SYS_add_key, "user", "breach", "x", 1, -4));
    must_be_denied("request_key", syscall(SYS_request_key, "user", "breach", NULL, -4));
    must_be_denied("keyctl", syscall(SYS_keyctl, 0, -4, 1));
    must_be_denied("keyctl persistent", syscall(SYS_keyctl, 22, -1, -4));
    return verdict();
}
