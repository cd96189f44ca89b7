# tries: talk to the next job through file locks, names of sockets and the kernel's own tables
# must: find nothing of the last job's
# again: next job
use strict;
use warnings;
use Fcntl ':flock';
use Socket;
my $name = pack('S', AF_UNIX) . "\0left-by-the-last-job";
socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die;
if ($ARGV[0] eq 'first') {
    open my $held, '<', '/etc/passwd' or die;
    flock $held, LOCK_EX;
    bind($s, $name) and listen($s, 1);
    if (fork == 0) { $SIG{TERM} = 'IGNORE'; sleep 1000 }
    print "contained\n";
} else {
    open my $wanted, '<', '/etc/passwd' or die;
    my $locked = !flock $wanted, LOCK_EX | LOCK_NB;
    print $locked || connect($s, $name) ? "BREACH: something is alive\n" : "contained\n";
}
