// tries: with a network, the sockets that spoof, sniff, configure or leave the guest
// must: be refused each
// network: semitrusted
#include "hostile.h"
#include <sys/socket.h>

int main(void) {
    must_fail("raw IPv4", socket(AF_INET, SOCK_RAW, 1));
    must_fail("raw IPv6", socket(AF_INET6, SOCK_RAW, 58));
    must_fail("packet", socket(AF_PACKET, SOCK_RAW, 0x0300));
    must_fail("AF_VSOCK", socket(AF_VSOCK, SOCK_STREAM, 0));
    must_fail("AF_ALG", socket(AF_ALG, SOCK_SEQPACKET, 0));
    must_fail("AF_XDP", socket(44, SOCK_RAW, 0));
    must_fail("AF_BLUETOOTH", socket(31, SOCK_RAW, 1));
    must_fail("AF_TIPC", socket(30, SOCK_STREAM, 0));
    return verdict();
}
