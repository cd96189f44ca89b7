#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    puts("Grüße, 世界 🌍");
    return 0;
}
