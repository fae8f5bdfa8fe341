"""What passwords must be like."""

from __future__ import annotations

import unicodedata

from portal.server.base.password_hashes import LONGEST

SHORTEST = 10
FEWEST_GUESSES = 10_000  # by zxcvbn's reckoning: its first thousands of common passwords, and keys in a row
LOOKED_AT = 64  # letters of it: guessing them all is far beyond that
OUR_WORDS = ("scanshelf", "portal", "patientportal", "patientenportal", "patient", "praxis", "practice")


def password_reason(password: str, user_name: str) -> str | None:
    """Say what is the matter with a password: "too-short", "too-long", "is-user-name", "too-common", or nothing."""
    typed = unicodedata.normalize("NFC", password)
    if len(typed) < SHORTEST:
        return "too-short"
    if len(typed) > LONGEST:
        return "too-long"
    if typed.casefold().strip() == user_name.casefold():
        return "is-user-name"
    return "too-common" if _is_soon_guessed(typed, user_name) else None


def _is_soon_guessed(password: str, user_name: str) -> bool:
    """Say whether a password is one of those tried first: common ones, keys in a row, the words of this place."""
    from zxcvbn import zxcvbn  # its lists take a while to read

    found = zxcvbn(password[:LOOKED_AT], user_inputs=[user_name[:LOOKED_AT], *OUR_WORDS])
    return bool(found["guesses"] < FEWEST_GUESSES)
