#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    for (int i = 0; i < 16384; i++) {
        for (int j = 0; j < 63; j++) {
            putchar(120);
        }
        putchar(10);
    }
    return 0;
}
