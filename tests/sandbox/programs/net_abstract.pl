# tries: reach a service of the machine through an abstract UNIX socket, which no file permission guards
# must: not find it
use strict;
use warnings;
use Socket;
my $name = "\0" . $ENV{CANARY_ABSTRACT};
my $reached = 0;
for my $type (SOCK_STREAM, SOCK_DGRAM) {
    socket(my $s, AF_UNIX, $type, 0) or next;
    $reached++ if connect($s, pack('S', AF_UNIX) . $name);
}
print $reached ? "BREACH: connected\n" : "contained\n";
