// tries: change the network: bring interfaces up, add addresses and routes
// must: be refused each
#include "hostile.h"
#include <net/if.h>
#include <net/route.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(void) {
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (s < 0) s = socket(AF_UNIX, SOCK_DGRAM, 0);
    struct ifreq request = {.ifr_name = "lo"};
    request.ifr_flags = 0;
    must_fail("SIOCSIFFLAGS", ioctl(s, SIOCSIFFLAGS, &request));
    must_fail("SIOCSIFADDR", ioctl(s, SIOCSIFADDR, &request));
    struct rtentry route = {.rt_flags = RTF_UP};
    must_fail("SIOCADDRT", ioctl(s, SIOCADDRT, &route));
    int tun = open("/dev/net/tun", O_RDWR);
    must_fail("/dev/net/tun", tun);
    return verdict();
}
