# tries: write to /proc: system settings, the core pattern, sysrq, other processes
# must: open none for writing
import contextlib
import os

got = []
paths = [
    "/proc/sysrq-trigger",
    "/proc/irq/default_smp_affinity",
    "/proc/mtrr",
    "/proc/scsi/scsi",
    "/proc/bus/pci",
]
for folder, _, names in os.walk("/proc/sys"):
    paths += [os.path.join(folder, name) for name in names]
for path in paths:
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_WRONLY))
        got.append(path)
print(f"BREACH: {got[:5]}" if got else "contained")
