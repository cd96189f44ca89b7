#!/usr/bin/env fish

function fib -a n
    if test $n -lt 2
        echo $n
    else
        math (fib (math $n - 1)) + (fib (math $n - 2))
    end
end

function count_words
    for word in (printf '%s\n' $argv | sort -u)
        echo (count (string match --all -- $word $argv)) $word
    end
end

echo fib (fib 10)
echo reversed (string split '' hello | tac | string join '')
echo words (count_words the quick the fox | sort -k1,1nr -k2 | string replace -r '(\S+) (\S+)' '$2=$1')
echo sorted (printf '%s\n' 5 3 8 1 2 | sort -n)
