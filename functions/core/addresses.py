"""Addresses: which of them a customer may have this service connect to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

# IANA's special-purpose registries, and what clouds answer their guests' questions at. Listed here, not left to the
# standard library: what it calls global changes with its version.
_SPECIAL_V4: Final = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # Azure's wire server
    )
)  # fmt: skip
# Of IPv6 only global unicast is public, without what carries another address in it, and without documentation.
_GLOBAL_V6: Final = ip_network("2000::/3")
_SPECIAL_V6: Final = tuple(ip_network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
_PRIVATE: Final = tuple(
    ip_network(each)
    for each in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7",
    )
)  # fmt: skip
_METADATA: Final = tuple(ip_address(each) for each in ("100.100.100.200", "fd00:ec2::254", "fd20:ce::254"))


def may_connect(text: str, *, private: bool = False) -> bool:
    """Whether an address is public, or where `private` says so, this machine's or a private network's.

    Link-local, multicast, reserved and metadata addresses never may, nor what isn't an address.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.scope_id:
            return False
        if address.ipv4_mapped:
            address = address.ipv4_mapped
    if is_public(address):
        return True
    allowed = any(address in network for network in _PRIVATE if network.version == address.version)
    return private and allowed and address not in _METADATA


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the internet leads to it."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _SPECIAL_V6)
