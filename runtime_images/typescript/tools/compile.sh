#!/bin/sh
# Types that don't check are told on stderr; what can run is run all the same, unless it can't be parsed. Decorators are
# the standard's, or else those from before it. `await` outside of functions is for modules that nobody requires: here
# the program is the inside of a function.
options='--target es2022'
[ ! -d /node_modules/@types/node ] ||
    options='--target es2024 --lib esnext,dom --types node --rewriteRelativeImportExtensions'
check() {
    # shellcheck disable=SC2086  # each is a word of its own
    tsc $options --module commonjs --esModuleInterop --skipLibCheck --pretty false "$@" main.ts >/tmp/complaints
}
complains() { grep -Eq "$1" /tmp/complaints; }
check
! complains ' error TS(1238|1239|1240|1241|1270):' || check --experimentalDecorators
if complains '^main.ts.* error TS(1375|1378|1431|1432):'; then
    { printf '(async () => {'; cat main.js; printf '})();\n'; } >/tmp/main.js && mv /tmp/main.js main.js
fi
grep -Ev '^main.ts.* error TS(1375|1378|1431|1432):' /tmp/complaints >&2
! complains ' error TS(1002|1003|1005|1010|1109|1110|112[678]|113[14-9]|1141|116[01]):' && test -e main.js
