// tries: have more processes alive than the limit
// must: get no more (a few of the sandbox's own count too), and be told EAGAIN
// limits: processes=32
#include "hostile.h"

int main(void) {
    int alive = 0, last = 0;
    while (alive < 200) {
        pid_t child = fork();
        if (child == 0) {
            pause();
            _exit(0);
        }
        if (child < 0) {
            last = errno;
            break;
        }
        alive++;
    }
    if (alive > 40) breach("%d children alive", alive);
    else if (last != EAGAIN) breach("%s", strerror(last));
    return verdict();
}
