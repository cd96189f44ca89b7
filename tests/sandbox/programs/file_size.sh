# tries: write one file past the limit
# must: end by SIGXFSZ, truly told
# limits: file_mb=8 work_mb=32
# expect-exit: 153
# expect-stdout: nothing
exec python3 -c '
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
f = open("big", "wb", buffering=0)
for _ in range(24): f.write(bytes(1048576))
print("BREACH: 24 MiB")'
