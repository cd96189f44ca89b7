# tries: names with line ends, escapes, control characters, invalid UTF-8, leading dots and dashes, 255 bytes
# must: come back as safe names of one component each, or not at all
# expect-artifacts: any
import contextlib
import os

os.makedirs("/tmp/artifacts", exist_ok=True)
names = [
    b"a\nb",
    b"\x1b[2Jx",
    b"..\\x",
    b"...",
    b"..x",
    b"-rf",
    b"\xff\xfe",
    b"\x7f",
    b"c" * 255,
    b"con:x",
    b" ",
    b"\r",
    "\u202egpj.exe".encode(),
    "\u2028".encode(),
    b"%2e%2e%2fx",
    b"a\tb",
    b".hidden",
    b'"quoted"',
    b"x;y",
]
for name in names:
    with contextlib.suppress(OSError), open(b"/tmp/artifacts/" + name, "w") as f:
        f.write("data")
print("contained")
