#include <stdio.h>

#include "greeting.h"
#include "shapes.h"

int main(void) {
    if (area(3) == 9) {
        printf("%s ok\n", text());
    }
    return 0;
}
