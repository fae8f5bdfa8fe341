"""How often wrong codes may be tried: per address, and less where many addresses guess typed codes at once.

Only wrong codes count, so nobody is kept out by others who do it right; how often one share may be guessed is counted
with the share. When strangers flood typed codes, an address still has a few tries: enough for somebody who reads a code
from paper, far too few to guess 60 bits. A link's token cannot be guessed, so floods do not touch links.
"""

from __future__ import annotations

from portal.server.base.networks import network_of
from portal.server.base.problems import Problem
from portal.server.base.tries import Tries

RATES = {
    "wrong-code-by-address": "60 per 10 minutes",
    "typed-code-by-everybody": "600 per 10 minutes",
    "typed-code-in-a-flood": "6 per 10 minutes",
}
EVERYBODY = "everybody"


class Guesses:
    """Counts wrong codes by where they come from; what is counted per share stands with the share."""

    def __init__(self, tries: Tries, rates: dict[str, str] | None = None) -> None:
        self._tries = tries.having(rates or RATES)

    def check(self, address: str, *, typed: bool) -> None:
        """Refuse with 429 and Retry-After where too many wrong codes came."""
        network = network_of(address)
        self._tries.check("wrong-code-by-address", network)
        if typed and self._is_flooded():
            self._tries.check("typed-code-in-a-flood", network)

    def count(self, address: str, *, typed: bool) -> None:
        """Remember one wrong code."""
        network = network_of(address)
        self._tries.count("wrong-code-by-address", network)
        if typed:
            self._tries.count("typed-code-in-a-flood", network)
            self._tries.count("typed-code-by-everybody", EVERYBODY)

    def _is_flooded(self) -> bool:
        try:
            self._tries.check("typed-code-by-everybody", EVERYBODY)
        except Problem:
            return True
        return False
