#!/bin/sh
# cobc without two remarks that are no fault of a program's: that its format was found out, and the run-time library's on
# each start, that Debian's libxml2 calls itself another version. The program brings what the library asks for that.
/usr/bin/cobc "$@" /usr/local/lib/cobol-quiet.o 2>/tmp/remarks
code=$?
awk '
    / note: (free|fixed) format detected$/ { quoted = 1; next }
    quoted && /^ *[0-9]+ [>|]/ { next }
    { quoted = 0; print }
' /tmp/remarks >&2
exit $code
