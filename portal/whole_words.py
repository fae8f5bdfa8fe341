"""How much of an exam is here, in words: on cards, at the terminal, in letters and on paper. No I/O.

Texts are English with "%n" for a number; `count` puts the number in, and may translate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from core.language.calendar_words import day_in_words
from core.language.english_numbers import counted
from portal.wire.exams import Origin
from portal.wire.wholeness import Wholeness

Count = Callable[[str, int], str]

_MOST = 999_999_999  # what a window can count
MAYBE = "perhaps-unreadable"
NOT_HERE: dict[str, str] = {
    "damaged": "%n (was|were) damaged on the disc",
    "conflict": "%n (exists|exist) in two different versions",
    "missing": "%n (was|were) missing on the disc",
    "unreadable": "%n could not be read from the disc",
    "not-copied": "%n (was|were) not copied from the disc",
    "removed": "%n (was|were) left out by the sender",
    "no-number": "%n (has|have) no number to be kept under",
    "refused": "%n (was|were) not taken by the portal",
    "too-large": "%n (is|are) too large for the portal",
    "kept-other": "%n (differs|differ) from what the portal holds under the same number",
    "not-sent": "%n (was|were) not sent",
    "not-arrived": "%n (has|have) not arrived yet",
    "damaged-here": "%n (was|were) damaged on the portal and (has|have) to be sent again",
}
HERE = "{here} of %n file(s)"  # nobody told the portal what kind is not here
HERE_MIXED = "{here} of %n images, reports and other files"
ONE_AWAY, SOME_AWAY = "and is not here", "These %n are not here."
CHECKING = "The images are still being checked."
PERHAPS = (
    "%n file(s) of the disc could not be read: (it|they) may hold (an image|images) of this exam, "
    "and (is|are) not here."
)
OLDER_PORTAL = "This portal cannot say whether these are all images of the exam."
NOT_TOLD = "Whether these are all images of the exam, nobody told the portal."
OF_THE_PRACTICE = "These are the images the practice put here. Whether there are more, the portal does not know."
LATER = "%n more exam(s) of the same day came later and (is|are) not part of this share."
HELD_REPORTS = "%n report(s), not yet released"
AS_OF = "This is what was there when it was shared, on {day}; what came later is no part of it."
ALL_IMAGES = "(The|Both|All %n) image(s)"
WHOLE = "{all} of the sender's copy (is|are) here."


def away_sentences(wholeness: Wholeness | None, count: Count = counted) -> list[str]:
    """Say what is not here and why; nothing where nothing is known to be missing."""
    if wholeness is None:
        return []
    definite, maybe = _by_reason(wholeness)
    said = []
    if definite:
        reasons = ", ".join(count(NOT_HERE[code], images) for code, images in sorted(definite.items()))
        total = _bounded(definite.total())
        head = f"{here_words(wholeness, count)}: {reasons}"
        said = [f"{head} {count(ONE_AWAY, -1)}."] if total == 1 else [f"{head}.", count(SOME_AWAY, total)]
    elif wholeness.state == "arriving":
        said = [count(CHECKING, -1)]
    return [*said, count(PERHAPS, maybe)] if maybe else said


def wholeness_sentences(
    wholeness: Wholeness | None, origin: Origin, count: Count = counted, amount: str = ""
) -> list[str]:
    """Say how much of an exam is here, or that it is not known: never more than was proved.

    `amount` begins that sentence where not all of it are images: "All 63 images and 1 report".
    """
    if wholeness is None:
        return [count(OLDER_PORTAL, -1)]
    if away := away_sentences(wholeness, count):
        return away
    if wholeness.state == "whole":
        here = _bounded(wholeness.here)
        return [count(WHOLE, here).replace("{all}", amount or count(ALL_IMAGES, here))]
    return [count(OF_THE_PRACTICE if origin == "practice" else NOT_TOLD, -1)]


def as_of_words(moment: datetime) -> str:
    """Say that a share holds what was there when it was made, on a day of the zone the moment comes in."""
    return AS_OF.format(day=day_in_words(moment))


def here_words(wholeness: Wholeness, count: Count = counted) -> str:
    """Write "62 of 63 files"; what is no image is not called one."""
    said = HERE_MIXED if wholeness.besides > 0 else HERE
    return count(said, _bounded(wholeness.of)).replace("{here}", f"{_bounded(wholeness.here):,}")


def _by_reason(wholeness: Wholeness) -> tuple[Counter[str], int]:
    """Count what is not here by the reasons there are words for, and what only may be; a portal may say anything."""
    definite: Counter[str] = Counter()
    maybe = 0
    for one in wholeness.not_here:
        images = _bounded(one.images)
        if one.code == MAYBE:
            maybe = _bounded(maybe + images)
        elif images:
            code = one.code if one.code in NOT_HERE else "not-sent"
            definite[code] = _bounded(definite[code] + images)
    return definite, maybe


def _bounded(number: int) -> int:
    return min(max(0, number), _MOST)
