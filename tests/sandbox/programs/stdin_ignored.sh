# tries: never read its megabyte of input
# must: end when it ends, and not block or break the supervisor
# stdin: 1048576
echo contained
