#!/bin/sh
# Classes, which need Groovy on their class path.
path=/usr/local/lib/groovy/classpath
if [ -e $path ]; then
    java -cp "$(cat $path):/usr/local/lib/java/*" org.codehaus.groovy.tools.FileSystemCompiler -d /tmp/classes ./*.groovy
else
    groovyc -d /tmp/classes ./*.groovy
fi && jar --create --file main.jar --main-class main -C /tmp/classes .
