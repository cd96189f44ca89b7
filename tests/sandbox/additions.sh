# Sourced by infra/local/images/container.sh: a secret for root's eyes, the tests' own code, languages' tools, and a filter of calls.
mkdir "$root/run/canary"
install -m 600 /dev/null "$root/run/canary/secret"
echo canary-175 >"$root/run/canary/secret"
mount --bind "$CELL_TESTS" "$root/app/tests"
mount -o remount,bind,ro "$root/app/tests"
mount --bind "$CELL_TOOLS" "$root/etc/language"
mount -o remount,bind,ro "$root/etc/language"
before=(/opt/worker/bin/python -I -m tests.sandbox.docker_filter)
