# tries: find what the supervisor knows in its own environment
# must: see a short environment built from nothing
import os
import re

known = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|TZ|LC_\w+|TMPDIR|TERM|SHELL|PWD|OLDPWD|SHLVL|_|ARTIFACTS_DIR|LSAN_OPTIONS|CANARY_\w+"
)
strange = [name for name in os.environ if not known.fullmatch(name)]
secret = [name for name, value in os.environ.items() if re.search(r"canary-\d+", value)]
print(f"BREACH: {strange} {secret}" if strange or secret else "contained")
