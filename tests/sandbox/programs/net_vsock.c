// tries: reach the host of the virtual machine over AF_VSOCK, and kernel services over AF_NETLINK and AF_ALG
// must: be refused each
#include "hostile.h"
#include <sys/socket.h>

int main(void) {
    must_fail("AF_VSOCK stream", socket(AF_VSOCK, SOCK_STREAM, 0));
    must_fail("AF_VSOCK datagram", socket(AF_VSOCK, SOCK_DGRAM, 0));
    must_fail("AF_ALG", socket(AF_ALG, SOCK_SEQPACKET, 0));
    for (int protocol = 0; protocol < 23; protocol++) must_fail("AF_NETLINK", socket(AF_NETLINK, SOCK_RAW, protocol));
    return verdict();
}
