// tries: raw and packet sockets, for spoofing and sniffing
// must: be refused each
#include "hostile.h"
#include <sys/socket.h>

int main(void) {
    int protocols[] = {1, 6, 17, 58, 255};
    for (unsigned i = 0; i < sizeof protocols / sizeof *protocols; i++) {
        must_fail("raw IPv4", socket(AF_INET, SOCK_RAW, protocols[i]));
        must_fail("raw IPv6", socket(AF_INET6, SOCK_RAW, protocols[i]));
    }
    must_fail("packet, raw", socket(AF_PACKET, SOCK_RAW, 0x0300));
    must_fail("packet, datagram", socket(AF_PACKET, SOCK_DGRAM, 0x0300));
    return verdict();
}
