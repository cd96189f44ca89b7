// tries: denied calls through the 32-bit door of the kernel, whose numbers differ
// must: be denied or killed, never served
// expect-exit: 0 or 139 or 159
// expect-stdout: contained or nothing
#include "hostile.h"

#ifdef __x86_64__
static long call32(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
    return result;
}
#endif

int main(void) {
#ifdef __x86_64__
    if (call32(20, 0, 0, 0) > 0) breach("32-bit getpid served");
    if (call32(359, 2, 1, 0) >= 0) breach("32-bit socket served");
    if (call32(288, 0, -4, 1) >= 0) breach("32-bit keyctl served");
    if (call32(310, CLONE_NEWUSER, 0, 0) >= 0) breach("32-bit unshare served");
#endif
    return verdict();
}
