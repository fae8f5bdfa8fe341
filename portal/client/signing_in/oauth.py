"""The words of OAuth 2 that sign-in needs: the portal's metadata (RFC 8414) and its token endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import requests

from core.errors import PortalError
from portal.client.connecting.connection import Connection
from portal.client.connecting.shapes import read_shape
from portal.client.connecting.trouble import problem_of
from portal.names import Link, Token, is_loopback
from portal.wire.addresses import CLIENT_ID, OAUTH_METADATA_PATH

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where a portal's OAuth endpoints are."""

    issuer: str
    authorization_endpoint: Link
    token_endpoint: Link
    device_authorization_endpoint: Link | None = None
    revocation_endpoint: Link | None = None
    authorization_response_iss_parameter_supported: bool = False


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gives; `user_name` is the portal's own addition."""

    access_token: Token
    token_type: str = "Bearer"
    expires_in: int = 0
    refresh_token: Token | None = None
    user_name: str | None = None


@dataclass(frozen=True, slots=True)
class _Refusal:
    error: str = ""


def read_metadata(connection: Connection) -> Metadata:
    """Ask where the endpoints are; raises `PortalError` "not-a-portal" where there are none."""
    try:
        return connection.ask(Metadata, "GET", OAUTH_METADATA_PATH)
    except PortalError as problem:
        if problem.code in {"not-found", "portal-answer"}:
            raise PortalError("not-a-portal", url=connection.url) from problem
        raise


def own_path(connection: Connection, endpoint: str | None) -> str:
    """Give the path of an endpoint at the portal itself; secrets go nowhere else."""
    base = urlsplit(connection.url).path
    path = urlsplit(endpoint).path if endpoint and same_server(endpoint, connection.url) else ""
    if not path.startswith(f"{base}/"):
        raise PortalError("portal-answer", reason="endpoint")
    return path.removeprefix(base)


def same_server(one: str, other: str) -> bool:
    """Say whether two addresses are of the same server; all names of this computer are the same."""
    try:
        first, second = urlsplit(one), urlsplit(other)
        alike = (first.scheme, first.port) == (second.scheme, second.port)
    except ValueError:
        return False
    return alike and (first.hostname == second.hostname or (is_loopback(one) and is_loopback(other)))


def post_form(connection: Connection, path: str, form: Mapping[str, str]) -> requests.Response:
    """Post what a public client says: its name and the form."""
    body = urlencode({"client_id": CLIENT_ID, **form}).encode("ascii")
    return connection.send(
        "POST", path, headers={"Content-Type": FORM, "Accept": "application/json"}, body=body, stream=True
    )


def ask_tokens(connection: Connection, path: str, form: Mapping[str, str]) -> Tokens:
    """Ask the token endpoint; an OAuth refusal is a `PortalError` "sign-in-refused" with its `reason`."""
    response = post_form(connection, path, form)
    if response.status_code not in {400, 401, 403}:
        tokens = read_shape(Tokens, connection.read_answer(response))
        if tokens.token_type.lower() != "bearer":
            raise PortalError("portal-answer", shape="Tokens")
        return tokens
    raise refusal(connection, response)


def refusal(connection: Connection, response: requests.Response) -> PortalError:
    """Read the refusal of an endpoint (RFC 6749, 5.2)."""
    body = connection.read_any(response)
    try:
        reason = read_shape(_Refusal, body).error
    except PortalError:
        reason = ""
    return PortalError("sign-in-refused", reason=reason) if reason else problem_of(response, body)
