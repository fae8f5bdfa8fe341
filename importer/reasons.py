"""Why something was not looked into: the detail of a problem, and the key to its words (`app/words/messages.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from dicom.model import Rejection
from importer.listing_rows import TABLE_DAMAGED

_NOT_LOOKED_INTO: Final = "not looked into"

# What follows "not looked into: ", and which words it gets.
PACKING: Final = "packed in a way not known here"
DISK_IMAGE: Final = "a disk image of a kind not known here"
OTHER_PART: Final = "the rest lies in another part"
TOO_DEEP: Final = "too many archives in each other"
TOO_MUCH: Final = "more than can be looked into"
BROKEN: Final = "broken off or damaged"
BEHIND: Final = "another image begins behind this one"
BOMB: Final = "grows far too large when unpacked"
NOT_TAKEN: Final = "not taken: it does not say whose it is"
UNKNOWN: Final = "unknown content, no image found in it"

_WORDS: Final = {
    PACKING: "packing",
    DISK_IMAGE: "disk-image",
    OTHER_PART: "part",
    TOO_DEEP: "deep",
    TOO_MUCH: "deep",
    BROKEN: "broken",
    BEHIND: "behind",
}


NO_IMAGES: Final = "no-images"
# What stands in the way of images, what can be helped by the person first.
_IN_THE_WAY: Final = {
    "password-needed": "password",
    "encrypted": "encrypted",
    "medium-gone": "gone",
    "unreadable": "unreadable",
    "refused-bomb": "refused",
    "refused-limit": "refused",
    "header-damaged": "damaged",
    "truncated": "damaged",
}
_OTHER_THINGS: Final = frozenset({"viewer-program", "not-dicom"})

_PACKED_MEMBER: Final = "unreadable:packing"


def not_looked_into(reason: str, kind: str = "") -> str:
    """Write the detail of something (of a kind, as "7z") that was not looked into, or not wholly."""
    return f"{_NOT_LOOKED_INTO}: {reason}{f' ({kind})' if kind else ''}"


def is_not_looked_into(detail: str) -> bool:
    """Tell whether a detail says so."""
    return detail.startswith(_NOT_LOOKED_INTO)


def word_key(problem: Rejection) -> str:
    """Name the words for a problem: its code, or a variant of it that gives the true reason."""
    if problem.code == "not-dicom" and problem.detail == UNKNOWN:
        return "not-dicom:unknown"
    if problem.detail == NOT_TAKEN:
        return "truncated:left"
    if problem.code == "unreadable" and problem.detail.startswith(TABLE_DAMAGED):
        return "unreadable:table"
    if problem.code in {"archive", "unreadable"} and is_not_looked_into(problem.detail):
        said = problem.detail.removeprefix(f"{_NOT_LOOKED_INTO}: ")
        kind = next((words for reason, words in _WORDS.items() if said.startswith(reason)), "packing")
        return f"{problem.code}:{kind}" if problem.code == "archive" or kind in {"part", "broken"} else _PACKED_MEMBER
    return problem.code


def nothing_found(problems: Iterable[Rejection]) -> str:
    """Name the words for a source without images by what stood in the way: locked, refused, unread, or nothing."""
    met = list(problems)
    codes = {problem.code for problem in met}
    for code, said in _IN_THE_WAY.items():
        if code in codes:
            return f"{NO_IMAGES}:{said}"
    if may_hold_more(met):
        return f"{NO_IMAGES}:unseen"
    if codes & _OTHER_THINGS:
        return f"{NO_IMAGES}:viewer" if "viewer-program" in codes else f"{NO_IMAGES}:others"
    return NO_IMAGES if codes else f"{NO_IMAGES}:empty"


def may_hold_more(problems: Iterable[Rejection]) -> bool:
    """Tell whether there may be images in something that was not, or not wholly, looked into."""
    unseen = {"unreadable", "encrypted", "password-needed", "refused-bomb", "refused-limit", "truncated"}
    return any(problem.code in unseen or is_not_looked_into(problem.detail) for problem in problems)
