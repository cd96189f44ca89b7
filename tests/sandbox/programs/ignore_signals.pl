# tries: ignore every signal that can be ignored
# must: time out all the same
# timeout: 0.5
# expect-end: timeout
# expect-exit: -1
use strict;
use warnings;
$| = 1;
for my $name (keys %SIG) { $SIG{$name} = 'IGNORE' unless $name =~ /^(KILL|STOP|NUM\d+|CHLD|CLD)$/ }
print "contained\n";
1 while 1;
