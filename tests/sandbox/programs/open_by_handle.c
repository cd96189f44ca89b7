// tries: open files of the machine by their handle, past every mount and folder permission
// must: be denied
#include "hostile.h"

int main(void) {
    struct { unsigned bytes; int type; unsigned char handle[8]; } root = {8, 1, {2}};
    int mount = open("/", O_RDONLY);
    must_be_denied("open_by_handle_at", syscall(SYS_open_by_handle_at, mount, &root, O_RDONLY));
    return verdict();
}
