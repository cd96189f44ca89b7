use strict;
use warnings;

sub fib {
    my ($n) = @_;
    return $n < 2 ? $n : fib($n - 1) + fib($n - 2);
}

sub backwards {
    my ($text) = @_;
    return $text eq '' ? '' : backwards(substr $text, 1) . substr $text, 0, 1;
}

my %counts;
$counts{$_}++ for split ' ', 'the quick the fox';
my @ordered = sort { $counts{$b} <=> $counts{$a} || $a cmp $b } keys %counts;

print 'fib ', fib(10), "\n";
print 'reversed ', backwards('hello'), "\n";
print join(' ', 'words', map { "$_=$counts{$_}" } @ordered), "\n";
print join(' ', 'sorted', sort { $a <=> $b } 5, 3, 8, 1, 2), "\n";
