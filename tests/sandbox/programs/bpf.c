// tries: load programs into the kernel and watch its events: bpf, perf_event_open, fanotify
// must: be denied each
#include "hostile.h"

int main(void) {
    char attributes[128] = {0};
    must_be_denied("bpf", syscall(SYS_bpf, 5, attributes, sizeof attributes));
    ((uint32_t *)attributes)[0] = 1;
    ((uint32_t *)attributes)[1] = sizeof attributes;
    must_be_denied("perf_event_open", syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0));
    must_be_denied("fanotify_init", syscall(SYS_fanotify_init, 0, 0));
    must_be_denied("fanotify_init fid", syscall(SYS_fanotify_init, 0x200, 0));
    return verdict();
}
