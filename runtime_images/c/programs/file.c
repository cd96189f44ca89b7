#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    FILE *file = fopen("data.txt", "r");
    for (int c; (c = getc(file)) != EOF;) {
        putchar(c);
    }
    return 0;
}
