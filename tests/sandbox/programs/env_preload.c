// tries: load a library of the customer's into the trusted programs that start his own
// must: load into his own program only, without privileges
// library: evil_library.c
// env: LD_PRELOAD=./evil_library.so
// env: LD_AUDIT=./evil_library.so
#include "hostile.h"

int main(void) {
    FILE *log = fopen("/tmp/loaded", "r");
    char line[256];
    while (log && fgets(line, sizeof line, log)) {
        if (strstr(line, "bwrap") || strstr(line, "setpriv") || strstr(line, " uid 0")) breach("%s", line);
    }
    return verdict();
}
