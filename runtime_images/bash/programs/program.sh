#!/usr/bin/env bash
set -euo pipefail

fib() {
    if (($1 < 2)); then
        echo "$1"
    else
        echo $(($(fib $(($1 - 1))) + $(fib $(($1 - 2)))))
    fi
}

reverse() {
    local text=$1 result=
    while [ -n "$text" ]; do
        result=${text:0:1}$result
        text=${text:1}
    done
    echo "$result"
}

declare -A counts
for word in the quick the fox; do
    counts[$word]=$((${counts[$word]:-0} + 1))
done

echo "fib $(fib 10)"
echo "reversed $(reverse hello)"
words=$(for word in "${!counts[@]}"; do echo "${counts[$word]} $word"; done | sort -k1,1nr -k2 | awk '{print $2 "=" $1}')
echo words $words
echo sorted $(printf '%s\n' 5 3 8 1 2 | sort -n)
