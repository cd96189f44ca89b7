// tries: write 64 MiB to stderr, without line ends
// must: keep the first 2 MiB, drain the rest, not be blocked
// expect-truncated: stderr
// rss: 24
#include "hostile.h"

int main(void) {
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 1024; i++)
        if (write(2, block, sizeof block) < 0) return 1;
    return verdict();
}
