#!/bin/sh
# rustc that knows the crates in /usr/local/lib/rust-crates: the newest of a name, where there are two.
crates=/usr/local/lib/rust-crates
case " $* " in *" --target "*) exec /usr/bin/rustc "$@" ;; esac # they are for this machine only
flags=
while read -r name file; do
    flags="$flags --extern $name=$crates/$file"
done <$crates/index
# shellcheck disable=SC2086  # each is a word of its own
exec /usr/bin/rustc "$@" -L dependency=$crates $flags
