// tries: signal its process group, in which the supervisor may be: that crosses PID namespaces
// must: hit only itself
// expect-exit: 137
#include "hostile.h"

int main(void) {
    int signals[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGALRM, SIGTSTP, SIGTTIN};
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) {
        signal(signals[i], SIG_IGN);
        kill(0, signals[i]);
    }
    puts("contained");
    fflush(stdout);
    kill(0, SIGKILL);
    return 0;
}
