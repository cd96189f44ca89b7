# tries: arguments that look like options of the programs that start this one
# must: get each as it was given
# args: --bind / / --reuid=0 -- --seccomp-filter x --clear-groups
import sys

right = sys.argv[1:] == "--bind / / --reuid=0 -- --seccomp-filter x --clear-groups".split()
print("contained" if right else f"BREACH: {sys.argv}")
