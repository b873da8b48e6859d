"""Where a form was sent from: the network of an address, and how much of it the settings let us keep."""

import ipaddress
from typing import Literal

# Bits of an address that tell a network: an attacker has a whole one as easily as a single address of it.
IPV4_BITS, IPV6_BITS = 24, 56
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def network_of(host: str) -> str:
    """The network that an address is in; "" where it is none, as of a socket of this machine.

    >>> network_of("203.0.113.77"), network_of("2001:db8:1:2ff::1"), network_of("::ffff:203.0.113.77")
    ('203.0.113.0/24', '2001:db8:1:200::/56', '203.0.113.0/24')
    """
    found = _read(host)
    if found is None:
        return ""
    bits = IPV4_BITS if found.version == 4 else IPV6_BITS
    return str(ipaddress.ip_network((found, bits), strict=False))


def is_here(host: str) -> bool:
    """Whether it is this machine: a person at it, or the server before us that passes on what all others send."""
    found = _read(host)
    return found is None or found.is_loopback


def kept(host: str, keep: Literal["none", "network", "full"]) -> str:
    """What is kept of an address.

    >>> kept("203.0.113.77", "none"), kept("203.0.113.77", "network"), kept("203.0.113.77", "full")
    ('', '203.0.113.0/24', '203.0.113.77')
    """
    if keep == "network":
        return network_of(host)
    found = _read(host)
    return str(found) if found and keep == "full" else ""


def _read(host: str) -> IPAddress | None:
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found
