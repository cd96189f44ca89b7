# tries: have the supervisor's own Python run the customer's code, by its variables
# must: affect only this program, and no other process
# file: payload.py=import os; open(f"/tmp/ran-{os.getpid()}-{os.geteuid()}", "w").close()
# file: sitecustomize.py=import os; open(f"/tmp/ran-{os.getpid()}-{os.geteuid()}", "w").close()
# env: PYTHONSTARTUP=payload.py
# env: PYTHONPATH=.
# env: PYTHONINSPECT=
# env: PYTHONBREAKPOINT=payload.main
# env: PYTHONWARNINGS=error
# env: PYTHONDUMPREFS=
import glob
import os

mine = {f"/tmp/ran-{os.getpid()}-{os.geteuid()}"}
others = set(glob.glob("/tmp/ran-*")) - mine
print(f"BREACH: {others}" if others else "contained")
