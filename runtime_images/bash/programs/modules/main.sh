. ./greeting.sh
. ./shapes.sh
[ "$(area 3)" = 9 ] && echo "$text ok"
