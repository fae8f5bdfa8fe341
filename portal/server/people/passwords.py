"""What passwords must be like."""

from __future__ import annotations

import unicodedata

from portal.server.base.password_hashes import LONGEST

SHORTEST = 10


def password_reason(password: str, user_name: str) -> str | None:
    """Say what is the matter with a password: "too-short", "too-long", "is-user-name", or nothing."""
    typed = unicodedata.normalize("NFC", password)
    if len(typed) < SHORTEST:
        return "too-short"
    if len(typed) > LONGEST:
        return "too-long"
    if typed.casefold().strip() == user_name.casefold():
        return "is-user-name"
    return None
