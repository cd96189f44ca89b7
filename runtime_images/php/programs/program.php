<?php
declare(strict_types=1);

function fib(int $n): int
{
    return $n < 2 ? $n : fib($n - 1) + fib($n - 2);
}

function backwards(string $text): string
{
    return $text === '' ? '' : backwards(substr($text, 1)) . $text[0];
}

$counts = [];
foreach (explode(' ', 'the quick the fox') as $word) {
    $counts[$word] = ($counts[$word] ?? 0) + 1;
}
uksort($counts, fn ($a, $b) => [$counts[$b], $a] <=> [$counts[$a], $b]);
$numbers = [5, 3, 8, 1, 2];
sort($numbers);

echo 'fib ', fib(10), "\n";
echo 'reversed ', backwards('hello'), "\n";
echo 'words ', implode(' ', array_map(fn ($word) => "$word=$counts[$word]", array_keys($counts))), "\n";
echo 'sorted ', implode(' ', $numbers), "\n";
