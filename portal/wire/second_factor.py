"""What an account has besides its password: an authenticator app, passkeys, recovery codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey, by the name its person gave it."""

    id: str
    name: str
    created_at: str
    used_at: str | None = None


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """`GET account/second-factor`: what a sign-in asks for after the password."""

    authenticator: bool  # an app is asked for its code
    since: str | None = None
    recovery_codes_left: int = 0
    passkeys: tuple[Passkey, ...] = ()
    passkeys_possible: bool = False  # browsers take them at the portal's address


@dataclass(frozen=True, slots=True)
class NewAuthenticator:
    """What the app is told, by its QR code or typed; shown once, and of no use before a first code confirmed it."""

    otpauth_uri: str
    secret: str
    qr_svg: str


@dataclass(frozen=True, slots=True)
class FactorCode:
    """`POST account/second-factor/authenticator/confirm`: a first code of the app."""

    code: str


@dataclass(frozen=True, slots=True)
class PasswordAndCode:
    """What changes of the sign-in ask for, so that a stolen token changes nothing.

    The password; and where the account has a second factor, a code of the app or a recovery code, or what a `passkey`
    signed (the browser's answer as JSON).
    """

    password: str
    code: str = ""
    passkey: str | None = None


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Codes for who lost the phone: shown this once, each works once."""

    recovery_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PasskeyOptions:
    """What a page asks the browser for (WebAuthn's JSON of `publicKey`)."""

    public_key: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """`POST account/passkeys`: a name, and what the browser made (WebAuthn's RegistrationResponseJSON)."""

    name: str
    credential: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AddedPasskey:
    """The passkey; and where it is the first second factor, recovery codes, shown this once."""

    passkey: Passkey
    recovery_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PasskeyName:
    """`PATCH account/passkeys/{id}`."""

    name: str
