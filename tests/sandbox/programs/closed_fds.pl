# tries: close its standard descriptors and go on
# must: be waited for, and reported with its true exit code
# expect-exit: 3
# expect-stdout: nothing
use strict;
use warnings;
close STDIN;
close STDOUT;
close STDERR;
select undef, undef, undef, 0.2;
exit 3;
