"""User names: what they may be, and when two are the same."""

from __future__ import annotations

import re
import unicodedata

SHORTEST, LONGEST = 3, 64
_ALLOWED = re.compile(r"[\w.@+-]+")


def normal_name(user_name: str) -> str:
    """Give a user name as it is kept."""
    return unicodedata.normalize("NFKC", user_name).strip()


def folded_name(user_name: str) -> str:
    """Give what two user names share that are taken for the same."""
    return unicodedata.normalize("NFKC", normal_name(user_name).casefold())


def name_reason(user_name: str) -> str | None:
    """Say what is the matter with a user name: "too-short", "too-long", "letters", or nothing."""
    if len(user_name) < SHORTEST:
        return "too-short"
    if len(user_name) > LONGEST:
        return "too-long"
    return None if _ALLOWED.fullmatch(user_name) else "letters"
