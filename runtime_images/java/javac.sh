#!/bin/sh
# javac from an archive of its own start. The options must be those that the archive was made with.
exec /usr/bin/javac -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -J-XX:AOTCache=/usr/local/lib/java-archives/javac.aot "$@"
