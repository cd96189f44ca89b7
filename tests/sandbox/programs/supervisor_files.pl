# tries: change the supervisor's own code and configuration
# must: find none of it writable
use strict;
use warnings;
my @got;
for my $path (glob('/app/* /app/*/* /opt/worker /opt/worker/* /usr/bin/bwrap /usr/bin/setpriv /usr/bin/python3 /etc/passwd'), '/etc/ld.so.preload', '/etc/environment') {
    if (-d $path) { if (open my $f, '>', "$path/breach") { push @got, $path; unlink "$path/breach" } }
    elsif (-e $path) { push @got, $path if open my $f, '>>', $path }
    elsif (open my $f, '>', $path) { push @got, $path; unlink $path }
}
print @got ? "BREACH: @got\n" : "contained\n";
