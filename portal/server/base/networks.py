"""Where requests come from, as far as it counts."""

from __future__ import annotations

import ipaddress


def network_of(address: str) -> str:
    """Give what counts as one address: an IPv4 address, or the /64 of an IPv6 one, which one house has whole."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found), 64), strict=False))
