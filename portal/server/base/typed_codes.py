"""Codes that people read out and type: in Crockford's base32, read as they are meant."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O (taken for 1 and 0), no U
TYPED_LONGEST = 100
_READ_AS = str.maketrans("OIL", "011")


def new_code(letters: int) -> str:
    """Make a code of so many letters, 5 random bits each."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(letters))


def grouped(code: str, letters: int = 4) -> str:
    """Write a code in groups, for reading it out."""
    return "-".join(code[start : start + letters] for start in range(0, len(code), letters))


def normalised(typed: str) -> str:
    """Read a code as it was typed: lower case, spaces, dashes, full-width letters, O for 0 and I or L for 1.

    What cannot be a code gives "", which is no share's code.
    """
    if len(typed) > TYPED_LONGEST:
        return ""
    folded = unicodedata.normalize("NFKC", typed)
    letters = "".join(each for each in folded if not (each.isspace() or unicodedata.category(each) in ("Pd", "Cf")))
    read = letters.upper().translate(_READ_AS)
    return read if set(read) <= set(CROCKFORD) else ""


def sealed(secret: bytes, purpose: str, code: str) -> str:
    """Give what is kept of a short code: without the key nobody can try all codes against it."""
    return hmac.new(secret, f"{purpose}:{code}".encode(), hashlib.sha256).hexdigest()
