// tries: have, take or keep any capability, in any of the five sets, or change its user and groups
// must: have none that can be used, and gain none
#include "hostile.h"
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>

int main(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    if (syscall(SYS_capget, &header, sets) == 0)
        for (int i = 0; i < 2; i++)
            if (sets[i].effective | sets[i].permitted | sets[i].inheritable) breach("has capabilities");
    for (int i = 0; i < 2; i++) sets[i].effective = sets[i].permitted = 1;
    must_fail("capset", syscall(SYS_capset, &header, sets));
    for (int capability = 0; capability < 41; capability++) {
        must_fail("ambient", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0));
        must_fail("bounding", prctl(PR_CAPBSET_DROP, capability, 0, 0, 0));
    }
    must_fail("setuid", setuid(0));
    must_fail("setgid", setgid(0));
    must_fail("setresuid", setresuid(0, 0, 0));
    must_fail("setresgid", setresgid(0, 0, 0));
    must_fail("setuid other", setuid(getuid() + 1));
    gid_t group = 0;
    must_fail("setgroups", setgroups(1, &group));
    must_fail("securebits", prctl(PR_SET_SECUREBITS, 0x10, 0, 0, 0));
    if (getuid() == 0 || geteuid() == 0 || getgid() == 0 || getegid() == 0) breach("user or group 0");
    gid_t groups[64];
    int count = getgroups(64, groups);
    for (int i = 0; i < count; i++)
        if (groups[i] == 0) breach("supplementary group 0");
    return verdict();
}
