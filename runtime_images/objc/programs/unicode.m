#include <stdio.h>

int main(void) {
    printf("Grüße, 世界 🌍\n");
    return 0;
}
