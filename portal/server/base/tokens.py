"""Secrets that open something: made long and random, kept only as SHA-256."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """Make a secret that cannot be guessed, safe in addresses and headers."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Give what is kept of a secret. Plain SHA-256 suffices: nobody can try all of 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_id() -> str:
    """Make a name for a row that says nothing of how many there are."""
    return secrets.token_hex(12)
