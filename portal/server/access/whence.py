"""From where somebody came, as far as it says something to the owner of an account: program, system, network."""

from __future__ import annotations

import ipaddress

from fastapi import Request

from portal.server.access.browser_words import browser_words


def whence(request: Request) -> dict[str, str]:
    """Give `from_program` and `from_network`, for the details of a line of the activity; only what is known.

    Of an address no more than the network is kept: 203.0.113.0/24, the /48 of an IPv6 one.
    """
    named = browser_words(request.headers.get("user-agent", ""))
    network = _network(request.client.host if request.client else "")
    return {name: value for name, value in (("from_program", named), ("from_network", network)) if value}


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_loopback:
        return ""
    return str(ipaddress.ip_network((int(found), 24 if found.version == 4 else 48), strict=False))
