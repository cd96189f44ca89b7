#include "greeting.h"

const char *text(void) {
    return "modules";
}
