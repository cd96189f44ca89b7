# tries: have another program started in place of the interpreter, by PATH and an executable of that name
# must: start the real one, the second time too
# again: same job
# env: PATH=.:/tmp:/usr/bin:/bin
if [ "$1" = first ]; then
    for name in bash sh python3 env setpriv bwrap; do
        printf '#!/bin/sh\necho BREACH: %s\n' "$name" >"$name"
        /bin/cp "$name" /tmp/
        /bin/chmod 755 "$name" "/tmp/$name"
    done
fi
echo contained
