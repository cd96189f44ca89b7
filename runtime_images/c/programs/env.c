#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    puts(getenv("GREETING"));
    return 0;
}
