"""How often wrong codes may be tried: per address, and for typed share codes by everybody together.

Only wrong codes count, so nobody is kept out by others who do it right. The limit for everybody holds for typed codes
alone: a link's token cannot be guessed, and its holder must not be shut out because strangers guess elsewhere.
"""

from __future__ import annotations

import ipaddress

from portal.server.tries import Tries

RATES = {"wrong-code-by-address": "60 per 10 minutes", "typed-code-by-everybody": "600 per 10 minutes"}
EVERYBODY = "everybody"


class Guesses:
    """Counts wrong codes by where they come from; a restart forgets them, what is counted per share stays."""

    def __init__(self, rates: dict[str, str] | None = None) -> None:
        self._tries = Tries(rates or RATES)

    def check(self, address: str, *, typed: bool) -> None:
        """Refuse with 429 and Retry-After where too many wrong codes came."""
        for rate, who in _counted(address, typed=typed):
            self._tries.check(rate, who)

    def count(self, address: str, *, typed: bool) -> None:
        """Remember one wrong code."""
        for rate, who in _counted(address, typed=typed):
            self._tries.count(rate, who)


def network_of(address: str) -> str:
    """Give what counts as one address: an IPv4 address, or the /64 of an IPv6 one, which one house has whole."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found), 64), strict=False))


def _counted(address: str, *, typed: bool) -> list[tuple[str, str]]:
    counted = [("wrong-code-by-address", network_of(address))]
    return [*counted, ("typed-code-by-everybody", EVERYBODY)] if typed else counted
