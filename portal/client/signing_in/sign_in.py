"""Sign in through the system's browser: authorization code with PKCE and a loopback redirect (RFC 8252)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from core.errors import PortalError
from core.job import Job
from portal.client.connecting.connection import Connection
from portal.client.signing_in.callback import CallbackDoor
from portal.client.signing_in.oauth import Metadata, Tokens, ask_tokens, own_path, read_metadata
from portal.client.signing_in.signed_in import SignedIn
from portal.client.signing_in.vault import KeptSignIn, Vault
from portal.wire.accounts import Account
from portal.wire.addresses import API_PATH, CLIENT_ID

SECONDS_MOST = 600.0
STEP = "sign-in"
OpenBrowser = Callable[[str], bool]


def sign_in(
    url: str,
    open_browser: OpenBrowser,
    job: Job,
    activation_code: str | None = None,
    *,
    vault: Vault,
    seconds: float = SECONDS_MOST,
) -> SignedIn:
    """Let the person sign in, in the browser; ends signed in and kept, or with a `PortalError`.

    `open_browser` gets the address; where it opens none it shows the address, so that it can be typed.
    """
    with Connection(url) as connection:
        tokens = _by_browser(connection, open_browser, job, activation_code, seconds)
    return settle(connection.url, tokens, vault)


def settle(url: str, tokens: Tokens, vault: Vault) -> SignedIn:
    """Keep a fresh sign-in, with the user name the portal knows it by."""
    signed_in = SignedIn(url, vault, tokens)
    user_name = tokens.user_name
    if not user_name:
        with Connection(url, signed_in) as connection:
            user_name = connection.ask(Account, "GET", f"{API_PATH}/account").user_name
    with vault.changing():
        vault.keep(vault.entry_of(url, user_name), KeptSignIn(user_name, tokens.refresh_token or ""))
    return SignedIn(url, vault, replace(tokens, user_name=user_name))


def _by_browser(
    connection: Connection, open_browser: OpenBrowser, job: Job, activation_code: str | None, seconds: float
) -> Tokens:
    metadata = read_metadata(connection)
    token_path = own_path(connection, metadata.token_endpoint)
    state, verifier = generate_token(43), generate_token(64)
    with CallbackDoor() as door:
        address = _address(connection, metadata, door.url, state, verifier, activation_code)
        job.report(0, 0, STEP)
        open_browser(address)
        code = _code(door.wait(state, job, seconds), metadata)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": door.url, "code_verifier": verifier}
        tokens = ask_tokens(connection, token_path, form)
        door.answer(well=True)
        return tokens


def _address(
    connection: Connection, metadata: Metadata, redirect: str, state: str, verifier: str, activation_code: str | None
) -> str:
    own_path(connection, metadata.authorization_endpoint)
    more = {"activation_code": activation_code} if activation_code else {}
    return str(
        prepare_grant_uri(
            metadata.authorization_endpoint,
            CLIENT_ID,
            "code",
            redirect_uri=redirect,
            state=state,
            code_challenge=create_s256_code_challenge(verifier),  # type: ignore[no-untyped-call]
            code_challenge_method="S256",
            **more,
        )
    )


def _code(words: dict[str, str] | None, metadata: Metadata) -> str:
    if words is None:
        raise PortalError("sign-in-timeout")
    issuer = words.get("iss")
    if issuer != metadata.issuer and (issuer or metadata.authorization_response_iss_parameter_supported):
        raise PortalError("sign-in-refused", reason="issuer")  # another portal's answer (RFC 9207)
    if "code" not in words:
        raise PortalError("sign-in-refused", reason=words.get("error", ""))
    return words["code"]
