// tries: calls that manage the machine: modules, reboot, clock, swap, quotas, ports, names, accounting
// must: be denied each before the kernel looks at the arguments (which are invalid, to be harmless)
#include "hostile.h"

int main(void) {
    const void *bad = (void *)8;
    must_be_denied("init_module", syscall(SYS_init_module, bad, 0, bad));
    must_be_denied("finit_module", syscall(SYS_finit_module, -1, bad, 0));
    must_be_denied("delete_module", syscall(SYS_delete_module, bad, 0));
    must_be_denied("kexec_load", syscall(SYS_kexec_load, 0, 999, bad, 1));
    must_be_denied("reboot", syscall(SYS_reboot, 0, 0, 0, bad));
    must_be_denied("settimeofday", syscall(SYS_settimeofday, bad, NULL));
    must_be_denied("clock_settime", syscall(SYS_clock_settime, 0, bad));
    must_be_denied("adjtimex", syscall(SYS_clock_adjtime, 0, bad));
    must_be_denied("swapoff", syscall(SYS_swapoff, bad));
    must_be_denied("quotactl", syscall(SYS_quotactl, 0x80000200, bad, 0, bad));
    must_be_denied("acct", syscall(SYS_acct, bad));
    must_be_denied("sethostname", syscall(SYS_sethostname, bad, 1));
    must_be_denied("setdomainname", syscall(SYS_setdomainname, bad, 1));
    must_be_denied("syslog", syscall(SYS_syslog, 3, bad, 0));
    must_be_denied("vhangup", syscall(SYS_vhangup));
    must_be_denied("move_pages of process 1", syscall(SYS_move_pages, 1, 1, bad, NULL, bad, 2));
#ifdef __x86_64__
    must_be_denied("iopl", syscall(SYS_iopl, 3));
    must_be_denied("ioperm", syscall(SYS_ioperm, 0x70, 1, 1));
    must_be_denied("modify_ldt", syscall(SYS_modify_ldt, 17, bad, 16));
#endif
    return verdict();
}
