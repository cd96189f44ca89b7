#!/bin/bash
# What a Fargate task's container is made of, by hand: ROOT read-only, /proc and /sys masked, /dev with the harmless
# devices, tmpfs where the task definition mounts it, and six capabilities.
# usage, in fresh mount, PID, IPC, UTS and network namespaces: container.sh ROOT TESTS DRIVER-ARGUMENTS
set -eu
root=$1 tests=$2
shift 2

mount --make-rprivate /
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs -o nosuid,nodev,mode=755,size=1m run "$root/run"
mkdir "$root/run/canary"
install -m 600 /dev/null "$root/run/canary/secret"
echo canary-175 >"$root/run/canary/secret"

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
for path in bus fs irq sys sysrq-trigger; do
    [ -e "$root/proc/$path" ] || continue
    mount --bind "$root/proc/$path" "$root/proc/$path"
    mount -o remount,bind,ro "$root/proc/$path"
done
for path in kcore keys latency_stats timer_list sched_debug; do
    [ ! -e "$root/proc/$path" ] || mount --bind /dev/null "$root/proc/$path"
done
for path in acpi scsi; do
    [ ! -e "$root/proc/$path" ] || mount -t tmpfs -o ro,size=0 none "$root/proc/$path"
done
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
[ ! -e "$root/sys/firmware" ] || mount -t tmpfs -o ro,size=0 none "$root/sys/firmware"

mount -t tmpfs -o nosuid,mode=755,size=64k dev "$root/dev"
for name in null zero full random urandom tty; do
    touch "$root/dev/$name"
    mount --bind "/dev/$name" "$root/dev/$name"
done
mkdir "$root"/dev/{pts,shm,mqueue}
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o nosuid,nodev,noexec,mode=1777,size=16m,nr_inodes=1k shm "$root/dev/shm"
mount -t mqueue -o nosuid,nodev,noexec mqueue "$root/dev/mqueue"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"

# The task definition's own mounts.
mount -t tmpfs -o nosuid,nodev,mode=1777,size=32m,nr_inodes=4k tmp "$root/tmp"
mount -t tmpfs -o nosuid,nodev,mode=700,size=48m,nr_inodes=4k work "$root/work"
mount --bind "$tests" "$root/app/tests"
mount -o remount,bind,ro "$root/app/tests"

hostname task
cd "$root"
pivot_root . mnt
cd /
umount -l /mnt
capabilities=-all,+setuid,+setgid,+kill,+chown,+dac_override,+fowner
python=(/opt/worker/bin/python -I -m)
exec "${python[@]}" tests.sandbox.docker_filter \
    /usr/bin/setpriv --bounding-set=$capabilities --inh-caps=-all "${python[@]}" tests.sandbox.driver "$@"
