# tries: leave a daemon that goes on writing to the pipes after the program ended
# must: show nothing from after the end
use strict;
use warnings;
use POSIX 'setsid';
$| = 1;
my $parent = $$;
if (fork == 0) {
    setsid();
    $SIG{PIPE} = $SIG{TERM} = $SIG{HUP} = 'IGNORE';
    select undef, undef, undef, 0.01 while kill 0, $parent;
    select undef, undef, undef, 0.5;
    print "BREACH: alive after the end\n" while 1;
}
print "contained\n";
