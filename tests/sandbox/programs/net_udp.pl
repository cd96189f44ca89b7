# tries: send UDP packets to documentation addresses and to a name server's port
# must: fail to send any
use strict;
use warnings;
use Socket;
my @sent;
for my $address ('192.0.2.1', '198.51.100.53', '203.0.113.9') {
    for my $port (53, 123, 4789) {
        socket(my $s, AF_INET, SOCK_DGRAM, 0) or next;
        push @sent, "$address:$port" if defined send($s, 'x' x 32, 0, pack_sockaddr_in($port, inet_aton($address)));
    }
}
print @sent ? "BREACH: sent to @sent\n" : "contained\n";
