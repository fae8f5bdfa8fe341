"""What browsers bind passkeys to: the domain of the portal's public address, and nothing a request says."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
)

from portal.server.access.form_guard import origin_of
from portal.server.base.settings import ServerSettings

REQUIRED, DISCOURAGED = "required", "discouraged"


def domain_of(settings: ServerSettings) -> str | None:
    """Give the domain passkeys are bound to; browsers take neither addresses in numbers nor http, but on localhost."""
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    if parts.scheme != "https" and host != "localhost":
        return None
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host or None
    return None


def relying_party(settings: ServerSettings) -> Fido2Server | None:
    """Give what checks answers of authenticators, or `None` where the portal's address takes no passkeys."""
    domain = domain_of(settings)
    if domain is None:
        return None
    origin = origin_of(settings.public_url)
    return Fido2Server(PublicKeyCredentialRpEntity(name=settings.name, id=domain), verify_origin=lambda o: o == origin)


def checked_registration(server: Fido2Server, state: Any, answer: RegistrationResponse) -> AuthenticatorData | None:
    """Check a new passkey; `None` where it is not as it must be."""
    try:
        made: AuthenticatorData = server.register_complete(state, answer)
    except (ValueError, AssertionError):
        return None
    return made if made.credential_data is not None else None


def is_checked(
    server: Fido2Server, state: Any, passkey: AttestedCredentialData, answer: AuthenticationResponse
) -> bool:
    """Check what a passkey signed."""
    try:
        server.authenticate_complete(state, [passkey], answer)
    except ValueError:
        return False
    return True


def registration_of(said: Mapping[str, Any]) -> RegistrationResponse | None:
    """Read what a browser says of a new passkey."""
    try:
        return RegistrationResponse.from_dict(said)
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError):
        return None


def authentication_of(said: Mapping[str, Any]) -> AuthenticationResponse | None:
    """Read what a browser says of a passkey that was used."""
    try:
        return AuthenticationResponse.from_dict(said)
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError):
        return None
