"""The six digits an authenticator app shows: TOTP (RFC 6238), SHA-1, a new one every 30 s."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

PERIOD = 30  # seconds
DIGITS = 6
SECRET_BYTES = 20  # as long as what SHA-1 gives (RFC 4226 4, R6)
NEIGHBOURS = (0, -1, 1)  # one step to either side, for clocks that are not quite right


def new_secret() -> bytes:
    """Make what portal and app share."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, counter: int) -> str:
    """Give the code of one period."""
    digest = hmac.new(secret, struct.pack(">Q", counter), hashlib.sha1).digest()
    place = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def fitting_counter(secret: bytes, typed: str, now: datetime, last: int) -> int | None:
    """Give the period a typed code is of, one step to either side of now, or `None`; none up to `last` counts again."""
    digits = "".join(typed.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    here = int(now.timestamp()) // PERIOD
    fitting = [
        counter
        for counter in (here + step for step in NEIGHBOURS)
        if hmac.compare_digest(code_at(secret, counter), digits)
    ]
    return next((counter for counter in fitting if counter > last), None)


def typed_secret(secret: bytes) -> str:
    """Write the secret for who types it into the app: base32."""
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def app_address(secret: bytes, portal: str, user_name: str) -> str:
    """Give what the app is told by a QR code (otpauth)."""
    said = {
        "secret": typed_secret(secret),
        "issuer": portal,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": PERIOD,
    }
    label = f"{quote(portal, safe='')}:{quote(user_name, safe='')}"
    return f"otpauth://totp/{label}?{urlencode(said, quote_via=quote)}"
