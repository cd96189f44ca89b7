#!/bin/sh
# With Kotlin's own library in it, so that any Java can run it.
jar --create --file main.jar --main-class "$(cat /tmp/main-class)" -C classes . && mkdir /tmp/runtime && cd /tmp/runtime &&
    jar --extract --file /usr/local/lib/kotlin/kotlin-stdlib-*.jar && rm -rf META-INF/MANIFEST.MF META-INF/versions &&
    jar --update --file "$OLDPWD/main.jar" .
