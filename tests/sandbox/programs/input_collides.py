# tries: an input file with the name of the source
# must: run the source; what is under /tmp/input is the input
# input: input_collides.py=print("BREACH: the input ran")
with open("/tmp/input/input_collides.py") as f:
    text = f.read()
print("contained" if text.startswith("print(") else f"BREACH: {text!r}")
