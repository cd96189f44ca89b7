# tries: a variable of 64 KiB, one with line ends and escapes, and names of the supervisor's options
# must: get each as it was given
# env-bytes: BIG=65000
# env: BWRAP_ARGS=--dev-bind / /
# env: ODD=a=b; $(id) `id` "x" 'y' \n --bind
import os

right = len(os.environ["BIG"]) == 65000 and os.environ["ODD"] == "a=b; $(id) `id` \"x\" 'y' \\n --bind"
print("contained" if right else "BREACH: changed on the way")
