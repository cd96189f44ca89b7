# tries: input files named like modules and start-up files of whatever runs next to them
# must: act on nothing but this program, if on it
# input: sitecustomize.py=raise SystemExit("BREACH: sitecustomize")
# input: usercustomize.py=raise SystemExit("BREACH: usercustomize")
# input: encodings=BREACH
# input: .bashrc=echo BREACH
# input: .profile=echo BREACH
# input: bwrap=BREACH
# input: setpriv=BREACH
# input: python3=BREACH
# input: pyvenv.cfg=home = /tmp/input
print("contained")
