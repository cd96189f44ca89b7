// tries: leave a zombie for every process it may have, and die without reaping them
// must: cost the next job nothing
// limits: processes=32
#include "hostile.h"

int main(void) {
    for (int i = 0; i < 200; i++)
        if (fork() == 0) _exit(0);
    puts("contained");
    return 0;
}
