"""Passwords as they are kept: Argon2id hashes."""

from __future__ import annotations

import base64
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 256
AT_ONCE = 2  # each hash takes 64 MB and a core


class Passwords:
    """Hashes and checks passwords, a few at a time, so that many sign-ins cannot take all memory.

    A hasher of its own says what one hash costs (RFC 9106, 4, its second choice: 64 MB, three times).
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        self._nobodys = _no_hash(self._hasher)

    def hash(self, password: str) -> str:
        """Give the Argon2id hash that is kept."""
        with self._turn:
            return self._hasher.hash(unicodedata.normalize("NFC", password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Check a password; takes as long where there is none to check it against."""
        typed = unicodedata.normalize("NFC", password[: 2 * LONGEST])
        with self._turn:
            try:
                fits = self._hasher.verify(kept or self._nobodys, typed)
            except (VerificationError, InvalidHashError):
                return False
        return fits and kept is not None


def _no_hash(hasher: PasswordHasher) -> str:
    """Make what looks like a hash of that hasher's, takes as long to check, and fits no password."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).decode("ascii").rstrip("=")
        for length in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"
