#!/bin/sh
# A module is compiled before those that use it, whatever the files are called. What isn't free form may be fixed form.
awk -f /etc/language/order.awk ./*.f90 | tsort >/tmp/sources
for library in /usr/lib/*/liblapack.so; do
    [ ! -e "$library" ] || echo "-llapack -lblas" >>/tmp/sources
done
sh /etc/language/link.sh -o main 2>/tmp/complaints ||
    { sh /etc/language/link.sh -ffixed-form -o main 2>/tmp/fixed && mv /tmp/fixed /tmp/complaints; } ||
    failed=1
cat /tmp/complaints >&2
exit "${failed:-0}"
