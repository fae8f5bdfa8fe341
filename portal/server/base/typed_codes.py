"""Activation codes and device codes: read out and typed by people, in Crockford's base32."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from portal.server.sharing.share_secrets import CROCKFORD, normalised

__all__ = ["grouped", "new_code", "normalised", "sealed"]


def new_code(letters: int) -> str:
    """Make a code of so many letters, 5 random bits each."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(letters))


def grouped(code: str, letters: int = 4) -> str:
    """Write a code in groups, for reading it out."""
    return "-".join(code[start : start + letters] for start in range(0, len(code), letters))


def sealed(secret: bytes, purpose: str, code: str) -> str:
    """Give what is kept of a short code: without the key nobody can try all codes against it."""
    return hmac.new(secret, f"{purpose}:{code}".encode(), hashlib.sha256).hexdigest()
