# tries: move the working folder away and put a link to the machine's files in its place
# must: get nothing of them
# collect: passwd hostname
use strict;
use warnings;
my $here = $ENV{HOME};
rename $here, "$here.away";
rmdir $here;
symlink '/etc', $here;
print "contained\n";
