sub fib(Int $n --> Int) { $n < 2 ?? $n !! fib($n - 1) + fib($n - 2) }

sub backwards(Str $text --> Str) { $text eq '' ?? '' !! backwards($text.substr(1)) ~ $text.substr(0, 1) }

my %counts;
%counts{$_}++ for 'the quick the fox'.words;
my @ordered = %counts.sort({ -.value, .key }).map({ "{.key}={.value}" });

say "fib {fib(10)}";
say "reversed {backwards('hello')}";
say "words @ordered[]";
say "sorted {(5, 3, 8, 1, 2).sort.join(' ')}";
