"""What an account has besides its password: an authenticator app, recovery codes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """`GET account/second-factor`: what a sign-in asks for after the password."""

    authenticator: bool  # an app is asked for its code
    since: str | None = None
    recovery_codes_left: int = 0


@dataclass(frozen=True, slots=True)
class PasswordOnly:
    """`POST account/second-factor/authenticator`: the password once more, so that a stolen token changes nothing."""

    password: str


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
    """What changes of the second factor ask for: the password, and a code of the app or a recovery code."""

    password: str
    code: str


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Codes for who lost the phone: shown this once, each works once."""

    recovery_codes: tuple[str, ...]
