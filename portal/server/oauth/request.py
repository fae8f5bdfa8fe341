"""What the desktop asks of the sign-in page (RFC 6749 4.1.1 with PKCE), checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from portal.server.oauth.refusals import Refusal
from portal.wire.addresses import CLIENT_ID

LONGEST_STATE = 1024
# this computer by either of its addresses, whatever port the system gave (RFC 8252 7.3)
_REDIRECT = re.compile(r"http://(?:127\.0\.0\.1|\[::1\]):([1-9][0-9]{0,4})/callback", re.ASCII)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class Untrusted(Exception):  # noqa: N818 - the person is told, nobody is redirected
    """The request names a client or an address that is not ours: an answer there would be a gift to a stranger."""


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request whose client and redirect address are the desktop's."""

    client_id: str
    redirect_uri: str
    response_type: str
    state: str
    code_challenge: str
    code_challenge_method: str

    def fields(self) -> dict[str, str]:
        """Give what the page's form carries along."""
        return asdict(self)

    def check(self) -> None:
        """Refuse what the desktop is told about: no code flow, no PKCE, plain PKCE."""
        if not self.response_type:
            raise Refusal("invalid_request", "response_type is missing")
        if self.response_type != "code":
            raise Refusal("unsupported_response_type")
        if self.code_challenge_method != "S256" or not _CHALLENGE.fullmatch(self.code_challenge):
            raise Refusal("invalid_request", "PKCE with S256 is needed")
        if len(self.state) > LONGEST_STATE:
            raise Refusal("invalid_request", "state is too long")

    def answer(self, issuer: str, **said: str) -> str:
        """Give the address that carries an answer back to the desktop."""
        state = {"state": self.state[:LONGEST_STATE]} if self.state else {}
        return f"{self.redirect_uri}?{urlencode({**said, **state, 'iss': issuer})}"


def read_request(said: Mapping[str, str]) -> AuthorizationRequest:
    """Take the request out of a query or form; raises `Untrusted` where nobody may be redirected."""
    asked = AuthorizationRequest(
        client_id=said.get("client_id", ""),
        redirect_uri=said.get("redirect_uri", ""),
        response_type=said.get("response_type", ""),
        state=said.get("state", ""),
        code_challenge=said.get("code_challenge", ""),
        code_challenge_method=said.get("code_challenge_method", ""),
    )
    if asked.client_id != CLIENT_ID or not is_callback(asked.redirect_uri):
        raise Untrusted
    return asked


def is_callback(address: str) -> bool:
    """Say whether an address is exactly `http://127.0.0.1:<port>/callback`, or the same at `[::1]`."""
    found = _REDIRECT.fullmatch(address)
    return found is not None and int(found[1]) <= 65535
