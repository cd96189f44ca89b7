// tries: the calls that kernel exploits lean on to win races: userfaultfd
// must: be denied, with and without its user-mode flag
#include "hostile.h"

int main(void) {
    must_be_denied("userfaultfd", syscall(SYS_userfaultfd, 0));
    must_be_denied("userfaultfd user mode", syscall(SYS_userfaultfd, 1));
    return verdict();
}
