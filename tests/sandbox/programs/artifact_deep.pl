# tries: folders a thousand deep, to exhaust a supervisor that recurses
# must: be removed with the rest
# expect-artifacts: any
use strict;
use warnings;
mkdir '/tmp/artifacts';
chdir '/tmp/artifacts' or die;
for (1 .. 1500) { mkdir 'd' or last; chdir 'd' or last }
print "contained\n";
