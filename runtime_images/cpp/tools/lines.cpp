// Linked to the program that is run: it prints by the line, so that what it printed before an abort or a timeout is seen.
// stdbuf would leave its variables to the program and to all that it starts, and can't be loaded before a sanitizer.
#include <stdio.h>

static void __attribute__((constructor)) by_the_line(void) { setvbuf(stdout, NULL, _IOLBF, 0); }
