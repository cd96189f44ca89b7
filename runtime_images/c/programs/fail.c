#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    fprintf(stderr, "it breaks\n");
    abort();
    return 0;
}
