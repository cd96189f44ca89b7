# tries: raise every limit it was given
# must: have a hard limit on each that matters, and be refused more
# limits: processes=32 open_files=64 file_mb=8
import contextlib
import resource

got = []
for name, most in (
    ("NPROC", 32),
    ("NOFILE", 64),
    ("FSIZE", 8 << 20),
    ("CORE", 0),
    ("CPU", 900),
    ("MEMLOCK", 8 << 20),
):
    kind = getattr(resource, f"RLIMIT_{name}")
    soft, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or (name != "NPROC" and hard > most):
        got.append(f"{name} is {hard}")
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (soft, hard + 1))
        got.append(f"raised {name}")
print(f"BREACH: {got}" if got else "contained")
