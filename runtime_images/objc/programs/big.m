#include <stdio.h>

int main(void) {
    for (int i = 0; i < 16384; i++) {
        for (int j = 0; j < 63; j++) {
            putchar(120);
        }
        putchar(10);
    }
    return 0;
}
