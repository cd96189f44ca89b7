// tries: mount, bind, remount and unmount, by the old calls and the new ones
// must: be refused each
#include "hostile.h"
#include <sys/mount.h>

int main(void) {
    mkdir("m", 0755);
    must_be_denied("tmpfs", mount("none", "m", "tmpfs", 0, NULL));
    must_be_denied("proc", mount("proc", "m", "proc", 0, NULL));
    must_be_denied("bind", mount("/", "m", NULL, MS_BIND | MS_REC, NULL));
    must_be_denied("remount", mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL));
    must_be_denied("private", mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL));
    must_be_denied("overlay", mount("o", "m", "overlay", 0, "lowerdir=/,upperdir=m,workdir=m"));
    must_be_denied("umount /proc", umount2("/proc", MNT_DETACH));
    must_be_denied("umount /tmp", umount2("/tmp", MNT_DETACH));
    must_be_denied("fsopen", syscall(SYS_fsopen, "tmpfs", 0));
    must_be_denied("open_tree", syscall(SYS_open_tree, -100, "/", 1));
    must_be_denied("fspick", syscall(SYS_fspick, -100, "/", 0));
    must_be_denied("move_mount", syscall(SYS_move_mount, -100, "/tmp", -100, "m", 0));
    char attributes[32] = {0};
    must_be_denied("mount_setattr", syscall(442, -100, "/", 0, attributes, sizeof attributes));
    must_be_denied("swapon", syscall(SYS_swapon, "m", 0));
    return verdict();
}
