# tries: links through /proc/self, which are another process when the supervisor follows them
# must: get only the plain file
# expect-artifacts: plain
use strict;
use warnings;
mkdir '/tmp/artifacts';
symlink "/proc/self/fd/$_", "/tmp/artifacts/fd$_" for 0 .. 20;
symlink "/proc/self/$_", "/tmp/artifacts/$_" for qw(environ mem maps cmdline root cwd exe);
symlink '/proc/thread-self/environ', '/tmp/artifacts/thread';
open my $f, '>', '/tmp/artifacts/plain' or die;
print $f "data";
close $f;
print "contained\n";
