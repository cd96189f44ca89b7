// The library that the LD_PRELOAD and LD_AUDIT programs try to load: says into which program, as whom.
#include "hostile.h"

unsigned la_version(unsigned version);
unsigned la_version(unsigned version) { return version; }

__attribute__((constructor)) static void loaded(void) {
    char name[64] = "";
    int comm = open("/proc/self/comm", O_RDONLY), log = open("/tmp/loaded", O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (comm < 0 || log < 0 || read(comm, name, sizeof name - 1) < 0) return;
    name[strcspn(name, "\n")] = 0;
    dprintf(log, "%s uid %d\n", name, (int)geteuid());
    close(comm);
    close(log);
}
