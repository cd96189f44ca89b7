// tries: open a socket of every family and type there is
// must: get AF_UNIX, and AF_INET, AF_INET6 only where the network behind them is its own and empty
#include "hostile.h"
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

// A network of its own has only the loopback interface: no other index exists.
static int only_loopback(int s) {
    for (int index = 1; index < 64; index++) {
        struct ifreq request = {.ifr_ifindex = index};
        if (ioctl(s, SIOCGIFNAME, &request) == 0 && strcmp(request.ifr_name, "lo") != 0) return 0;
    }
    return 1;
}

int main(void) {
    int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_RDM};
    for (int family = 0; family < 64; family++) {
        for (unsigned i = 0; i < sizeof types / sizeof *types; i++) {
            int s = socket(family, types[i], 0);
            if (s < 0) continue;
            int internet = family == AF_INET || family == AF_INET6;
            if (internet && types[i] == SOCK_RAW) breach("raw socket of family %d", family);
            else if (internet && !only_loopback(s)) breach("family %d in a network that isn't its own", family);
            else if (!internet && family != AF_UNIX) breach("family %d type %d", family, types[i]);
            close(s);
        }
    }
    return verdict();
}
