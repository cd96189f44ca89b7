#!/bin/sh
# SQLite's driver loads a library of its own, of which Java warns.
grep -Fqs 'jdbc:sqlite:' ./*.java && native=--enable-native-access=ALL-UNNAMED
exec java ${native:+"$native"} -XX:+UseSerialGC -Xmx768m -cp 'classes:/usr/local/lib/java/*' "$(cat /tmp/main-class)" "$@"
