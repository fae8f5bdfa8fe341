"""What a new share is asked to be, held against what the portal allows."""

from __future__ import annotations

import unicodedata

from portal.server.base.problems import Problem
from portal.server.people.invitations import email_reason
from portal.wire.sharing import ShareRequest
from portal.wire.well_known import Limits

PARTS_MOST = 100  # studies and exams of one share
NAME_LONGEST = 64  # a UID's
LABEL_LONGEST = 200
MESSAGE_LONGEST = 2000
_DIRECTIONS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def check_request(wanted: ShareRequest, limits: Limits) -> None:
    """Refuse what does not fit, naming the field."""
    _need(0 < len(wanted.studies) + len(wanted.exams) <= PARTS_MOST, "studies", "nothing-or-too-many")
    _need(all(map(_is_name, (*wanted.studies, *wanted.exams))), "studies", "not-a-name")
    _need(1 <= wanted.days <= limits.share_days_most, "days", "out-of-range")
    _need(1 <= wanted.max_accesses <= limits.share_accesses_most, "max_accesses", "out-of-range")
    _need(wanted.include_images or wanted.include_report, "include_images", "nothing-to-share")
    _need(len(wanted.label or "") <= LABEL_LONGEST, "label", "too-long")
    _need(len(wanted.message or "") <= MESSAGE_LONGEST, "message", "too-long")
    _need(wanted.email is None or email_reason(wanted.email.strip()) is None, "email", "not-an-address")


def plain(text: str | None, *, lines: bool = False) -> str | None:
    """Give text without control letters and surrounding space; None where nothing is left.

    Those that turn the direction of writing go too: what a stranger calls itself must not rearrange the line it is in.
    """
    kept = (each for each in text or "" if (lines and each == "\n") or not _is_control(each))
    return "".join(kept).strip() or None


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs") or unicodedata.bidirectional(letter) in _DIRECTIONS


def _is_name(text: str) -> bool:
    """Say whether something can be a UID or an id; what cannot is not looked up."""
    return 0 < len(text) <= NAME_LONGEST and text.isascii()


def _need(fits: bool, field: str, reason: str) -> None:
    if not fits:
        raise Problem("invalid-request", fields=[{"field": field, "reason": reason}])
