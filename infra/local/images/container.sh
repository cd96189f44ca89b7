#!/bin/bash
# What a Fargate task's container is made of, by hand: ROOT read-only, /proc and /sys masked, /dev with the harmless
# devices, tmpfs where the task definition mounts it, and six capabilities.
# usage, in fresh mount, PID, IPC and UTS namespaces: container.sh ROOT ADDITIONS COMMAND...
# ADDITIONS is a script that is sourced once everything is mounted below $root; /dev/null for none. It may set the
# array `before`: a command that starts the one with fewer capabilities. TASK_TMP and TASK_WORK are the options of
# the file systems that the task definition mounts on /tmp and /work.
set -eu
root=$1 additions=$2
shift 2
before=()

mount --make-rprivate /
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs -o nosuid,nodev,mode=755,size=1m run "$root/run"

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
for name in stdin:0 stdout:1 stderr:2; do
    ln -s "/proc/self/fd/${name#*:}" "$root/dev/${name%:*}"
done

# The task definition's own mounts.
mount -t tmpfs -o "nosuid,nodev,mode=1777,$TASK_TMP" tmp "$root/tmp"
mount -t tmpfs -o "nosuid,nodev,mode=700,$TASK_WORK" work "$root/work"
. "$additions"

hostname task
cd "$root"
pivot_root . mnt
cd /
umount -l /mnt
capabilities=-all,+setuid,+setgid,+kill,+chown,+dac_override,+fowner
exec "${before[@]}" /usr/bin/setpriv --bounding-set=$capabilities --inh-caps=-all "$@"
