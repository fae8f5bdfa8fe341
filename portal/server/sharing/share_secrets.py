"""The secrets of a share: the token of its link, and the code that is told by another way.

A link's token is kept as SHA-256. A verification code has only 30 bits, so it is kept as HMAC under the server's own
key, bound to its share: a stolen database alone does not give it away.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
from dataclasses import dataclass

from portal.server.base.typed_codes import CROCKFORD, normalised

BASE62 = string.digits + string.ascii_letters
CODE_LENGTH = 6
TOKEN_LENGTH = 22  # 131 bits


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the recipient is given; shown once."""

    token: str
    code: str


def new_secrets() -> Secrets:
    """Draw a token and a code."""
    return Secrets(_draw(BASE62, TOKEN_LENGTH), _draw(CROCKFORD, CODE_LENGTH))


def derived_secrets(key: bytes, *said: str) -> Secrets:
    """Derive token and code from the server's key, so that the same request asked again has the same answer.

    Nothing of them needs to be kept for it.
    """
    seed = _seal(key, "share-secrets", *said)
    token = int.from_bytes(_seal(seed, "token"), "big")
    code = int.from_bytes(_seal(seed, "code"), "big")
    return Secrets(_digits(token, BASE62, TOKEN_LENGTH), _digits(code, CROCKFORD, CODE_LENGTH))


def new_locator() -> str:
    """Draw the first half of a typed share code; it only says which share is meant."""
    return _draw(CROCKFORD, CODE_LENGTH)


def share_code(locator: str, code: str) -> str:
    """Write both halves the way they are typed."""
    return f"{locator}-{code}"


def split_share_code(typed: str) -> tuple[str, str] | None:
    """Take a typed share code apart: locator and code; None where it is not one."""
    read = normalised(typed)
    return (read[:CODE_LENGTH], read[CODE_LENGTH:]) if len(read) == 2 * CODE_LENGTH else None


def code_hmac(key: bytes, share: str, code: str) -> str:
    """Give what is kept of a code."""
    return _seal(key, "share-code", share, code).hex()


def code_fits(key: bytes, share: str, typed: str, kept: str) -> bool:
    """Compare a typed code with what is kept, in the same time whatever it is."""
    read = normalised(typed)
    return hmac.compare_digest(code_hmac(key, share, read), kept) and len(read) == CODE_LENGTH


def _seal(key: bytes, *parts: str) -> bytes:
    message = b"\0".join(part.encode("utf-8", "surrogatepass") for part in parts)
    return hmac.new(key, message, hashlib.sha256).digest()


def _draw(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _digits(number: int, alphabet: str, length: int) -> str:
    drawn = []
    for _ in range(length):
        number, digit = divmod(number, len(alphabet))
        drawn.append(alphabet[digit])
    return "".join(drawn)
