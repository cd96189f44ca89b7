#!/bin/sh
# The program's sources and a class that loads them: it needs Clojure on its class path.
path=$(cat /usr/local/lib/clojure/classpath 2>/dev/null || echo '/usr/share/java/*')
mkdir /tmp/classes && cp ./*.clj /etc/language/launcher.clj /tmp/classes/ && work=$PWD && cd /tmp/classes &&
    java -cp "$path:." -Dclojure.compile.path=. clojure.main -e "(compile 'launcher)" >/dev/null &&
    jar --create --file "$work/main.jar" --main-class launcher .
