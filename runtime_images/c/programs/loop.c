#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    puts("looping");
    for (volatile int i = 0;; i++) {
    }
    return 0;
}
